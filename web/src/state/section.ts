// The side view of a path as lines to draw, and a place on the map as a place along it.
import type { Link, LonLat, Section, Solid } from '../api/types'

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
export function drawing(s: Section, width: number, height: number, m: Margins): Drawing {
  const ground = (s.ground ?? []).map((p) => p[1])
  const low = Math.min(0, s.to_m, s.from_m, ...ground, ...(s.solids ?? []).map((o) => o.base_m))
  const tallest = Math.max(s.from_m, s.to_m, ...ground, ...(s.solids ?? []).map((o) => o.top_m))
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

/** The height of the line from antenna to phone at a place along it. */
export const lineAt = (s: Section, at: number) => s.from_m + ((s.to_m - s.from_m) * at) / Math.max(s.length_m, 1e-9)

/** The height of the ground at a place along it; 0 where none is told. */
export function groundAt(s: Section, at: number): number {
  const g = s.ground ?? []
  if (!g.length) return 0
  const next = g.findIndex((p) => p[0] >= at)
  if (next < 0) return g[g.length - 1][1]
  if (next === 0) return g[0][1]
  const [a, b] = [g[next - 1], g[next]]
  return b[0] === a[0] ? b[1] : a[1] + ((b[1] - a[1]) * (at - a[0])) / (b[0] - a[0])
}

/** What stands at a place along it. */
export const solidsAt = (s: Section, at: number): Solid[] => (s.solids ?? []).filter((o) => o.from_m <= at && at <= o.to_m)

/** The first Fresnel zone in the drawing: as a closed path around the line. */
export function fresnelPath(s: Section, d: Drawing, steps = 24): string {
  const points: [number, number][] = []
  const radius = (t: number) => 2 * s.fresnel_m * Math.sqrt(Math.max(0, t * (1 - t)))
  for (const side of [1, -1]) {
    for (let i = 0; i <= steps; i++) {
      const t = side > 0 ? i / steps : 1 - i / steps
      points.push([d.x(t * s.length_m), d.y(lineAt(s, t * s.length_m) + side * radius(t))])
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

/** Where a path first meets something, in metres from the cell; its length where it is free. */
export const freeLength = (link: Pick<Link, 'blockers' | 'distance_m'>) =>
  Math.min(link.distance_m, ...(link.blockers ?? []).map((b) => b.from_m))

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
