// The side view of a path as lines to draw, and a place on the map as a place along it.
// A signal and a look have the same side view: something high up, something to reach.
import type { CameraClass, CameraSection, Glance, Link, LonLat, Section } from '../api/types'

export interface SideSolid {
  layer: string
  id: string
  name: string
  from_m: number
  to_m: number
  base_m: number
  top_m: number
  blocks: boolean
  /** Its height is a default. */
  assumed: boolean
  /** Its height is not known. */
  unknown: boolean
  /** The place is inside it. */
  holds: boolean
}

/** What rises into a path. */
export interface InTheWay {
  layer: string
  id: string
  name: string
  from_m: number
  /** Null where only its beginning is told. */
  to_m: number | null
  above_m: number
}

/** Metres from where it begins, in plan, and metres of height. */
export interface SideView {
  kind: 'cell' | 'camera'
  id: string
  name: string
  /** Where it begins. */
  from: LonLat
  /** What is drawn; the place lies at to_at_m. */
  length_m: number
  to_at_m: number
  from_m: number
  to_m: number
  ground: [at_m: number, height_m: number][]
  solids: SideSolid[]
  inTheWay: InTheWay[]
  /** Radius of the first Fresnel zone half-way; null for a look. */
  fresnel_m: number | null
  /** Elevations between which a picture lies; null outside it, and for a signal. */
  picture: [lower_deg: number, upper_deg: number] | null
  /** How far each class of seeing holds, the sharpest first. */
  reaches: { class: string; reach_m: number }[]
}

export function ofSignal(s: Section): SideView {
  return {
    kind: 'cell', id: s.cell, name: s.link.site || s.cell, from: s.link.at,
    length_m: s.length_m, to_at_m: s.length_m, from_m: s.from_m, to_m: s.to_m, ground: s.ground ?? [],
    solids: (s.solids ?? []).map((o) => ({ ...o, layer: 'buildings', id: o.building, unknown: false, holds: o.holds_phone })),
    inTheWay: blockersOf(s.link), fresnel_m: s.fresnel_m, picture: null, reaches: [],
  }
}

export function ofLook(s: CameraSection, classes: CameraClass[]): SideView {
  const sharp = (id: string) => classes.findIndex((c) => c.id === id)
  return {
    kind: 'camera', id: s.camera, name: s.glance.name || s.camera, from: s.glance.at,
    length_m: s.length_m, to_at_m: s.at_m, from_m: s.eye_m, to_m: s.target_m, ground: s.ground ?? [],
    solids: (s.solids ?? []).map((o) => ({ ...o, holds: false })),
    inTheWay: hinderOf(s.glance), fresnel_m: null,
    picture: s.lower_deg == null || s.upper_deg == null ? null : [s.lower_deg, s.upper_deg],
    reaches: (s.classes ?? []).map((c) => ({ class: c.class, reach_m: c.reach_m })).sort((a, b) => sharp(b.class) - sharp(a.class)),
  }
}

export const blockersOf = (link: Pick<Link, 'blockers'>): InTheWay[] =>
  (link.blockers ?? []).map((b) => ({ layer: b.building ? 'buildings' : '', id: b.building, name: b.name, from_m: b.from_m, to_m: b.to_m, above_m: b.above_m }))

export const hinderOf = ({ blocked_by: b }: Pick<Glance, 'blocked_by'>): InTheWay[] =>
  (b ? [{ layer: b.layer === 'terrain' ? '' : b.layer, id: b.id, name: b.name, from_m: b.from_m, to_m: null, above_m: b.above_m }] : [])

/** A drawing of a section: from metres to units of the drawing. */
export interface Drawing {
  width: number
  height: number
  x: (m: number) => number
  y: (m: number) => number
  /** How many times heights are stretched against distances. */
  stretch: number
  low: number
  high: number
}

export interface Margins {
  left: number
  right: number
  top: number
  bottom: number
}

/** The scales of a section in a drawing of some size. */
export function drawing(s: SideView, width: number, height: number, m: Margins): Drawing {
  const ground = s.ground.map((p) => p[1])
  const low = Math.min(0, s.to_m, s.from_m, ...ground, ...s.solids.map((o) => o.base_m))
  const tallest = Math.max(s.from_m, s.to_m, ...ground, ...s.solids.map((o) => o.top_m))
  const floor = ground.length ? Math.min(...ground) : low
  const high = floor + Math.max(10, (tallest - floor) * 1.12)
  const length = Math.max(s.length_m, 1)
  const across = (width - m.left - m.right) / length
  const up = (height - m.top - m.bottom) / (high - floor)
  return {
    width, height, low: floor, high, stretch: up / across,
    x: (at) => m.left + at * across,
    y: (h) => height - m.bottom - (h - floor) * up,
  }
}

/** The height of the line from end to end at a place along it. */
export const lineAt = (s: SideView, at: number) => s.from_m + ((s.to_m - s.from_m) * at) / Math.max(s.to_at_m, 1e-9)

/** The height of the ground at a place along it; 0 where none is told. */
export function groundAt(s: SideView, at: number): number {
  const g = s.ground
  if (!g.length) return 0
  const next = g.findIndex((p) => p[0] >= at)
  if (next < 0) return g[g.length - 1][1]
  if (next === 0) return g[0][1]
  const [a, b] = [g[next - 1], g[next]]
  return b[0] === a[0] ? b[1] : a[1] + ((b[1] - a[1]) * (at - a[0])) / (b[0] - a[0])
}

/** What stands at a place along it. */
export const solidsAt = (s: SideView, at: number): SideSolid[] => s.solids.filter((o) => o.from_m <= at && at <= o.to_m)

/** The first Fresnel zone in the drawing: as a closed path around the line. */
export function fresnelPath(s: SideView, d: Drawing, steps = 24): string {
  const points: [number, number][] = []
  const radius = (t: number) => 2 * (s.fresnel_m ?? 0) * Math.sqrt(Math.max(0, t * (1 - t)))
  for (const side of [1, -1]) {
    for (let i = 0; i <= steps; i++) {
      const t = side > 0 ? i / steps : 1 - i / steps
      points.push([d.x(t * s.to_at_m), d.y(lineAt(s, t * s.to_at_m) + side * radius(t))])
    }
  }
  return `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}Z`
}

/** Round figures for an axis from low to high, at most count of them. */
export function ticks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((k) => k * power).find((k) => k >= rough) ?? 10 * power
  const out: number[] = []
  for (let v = Math.ceil(low / step) * step; v <= high + 1e-9; v += step) out.push(Math.round(v * 1e6) / 1e6)
  return out
}

/** Where a path first meets something, in metres; its length where it is free. */
export const freeLength = (length: number, inTheWay: InTheWay[]) => Math.max(0, Math.min(length, ...inTheWay.map((b) => b.from_m)))

/** What the picture covers in the drawing: a wedge from the camera, to be clipped. */
export function picturePath(s: SideView, d: Drawing): string {
  if (!s.picture) return ''
  const far = s.length_m
  const at = (deg: number) => s.from_m + far * Math.tan((Math.max(-89, Math.min(89, deg)) * Math.PI) / 180)
  return `M${d.x(0)} ${d.y(s.from_m)}L${d.x(far)} ${d.y(at(s.picture[1]))}L${d.x(far)} ${d.y(at(s.picture[0]))}Z`
}

/** The place at a share of the way; exact enough over the few kilometres a signal goes. */
export const between = (a: LonLat, b: LonLat, t: number): LonLat => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]

/**
 * How far along the way from a to b a place lies, as a share, and how far beside it in
 * degrees of latitude.
 */
export function nearest(a: LonLat, b: LonLat, at: LonLat): { t: number; beside: number } {
  const k = Math.cos((a[1] * Math.PI) / 180)
  const [bx, by, px, py] = [(b[0] - a[0]) * k, b[1] - a[1], (at[0] - a[0]) * k, at[1] - a[1]]
  const square = bx * bx + by * by
  const t = square > 0 ? Math.min(1, Math.max(0, (px * bx + py * by) / square)) : 0
  return { t, beside: Math.hypot(px - t * bx, py - t * by) }
}
