// Cutting a feature in two: a line at a place on it, an area along a drawn line. Both
// parts share the cut to the last digit.
import type { LineString, Polygon, Position } from 'geojson'
import type { LonLat, Scalar } from '../../api/types'
import { along, crossing, type Editable, inside, nearestOn, Plane, polygons } from './geometry'

export interface Parts {
  /** What the feature keeps. */
  first: Editable
  second: Editable
  z?: [number[], number[]]
}

const same = (a: Position, b: Position) => a[0] === b[0] && a[1] === b[1]

/** Cuts a line at the place on it that is nearest; null at its ends. */
export function splitLine(line: LineString, at: LonLat, z?: readonly number[] | null): Parts | null {
  const plane = new Plane(at)
  const flat = line.coordinates.map((p) => plane.to(p))
  let best = { i: 0, t: 0, distance: Infinity }
  for (let i = 0; i + 1 < flat.length; i++) {
    const near = nearestOn(flat[i], flat[i + 1], [0, 0])
    if (near.distance < best.distance) best = { i, ...near }
  }
  const { i, t } = best
  const [a, b] = [line.coordinates[i], line.coordinates[i + 1]]
  const cut = along(a, b, t)
  const head = [...line.coordinates.slice(0, i + 1), ...(same(cut, a) ? [] : [cut])]
  const tail = [...(same(cut, b) ? [] : [cut]), ...line.coordinates.slice(i + 1)]
  if (head.length < 2 || tail.length < 2) return null
  const parts: Parts = { first: { type: 'LineString', coordinates: head }, second: { type: 'LineString', coordinates: tail } }
  if (z?.length === line.coordinates.length) {
    const height = z[i] + t * (z[i + 1] - z[i])
    parts.z = [
      [...z.slice(0, i + 1), ...(same(cut, a) ? [] : [height])],
      [...(same(cut, b) ? [] : [height]), ...z.slice(i + 1)],
    ]
  }
  return parts
}

/** A place where the drawn line meets the outline. */
interface Meeting {
  /** Segment and share along the drawn line, and along the ring. */
  cut: number
  ring: number
  at: LonLat
}

function meetings(ring: Position[], cut: Position[]): Meeting[] {
  const out: Meeting[] = []
  for (let i = 0; i + 1 < cut.length; i++) {
    for (let k = 0; k + 1 < ring.length; k++) {
      const x = crossing(cut[i] as LonLat, cut[i + 1] as LonLat, ring[k] as LonLat, ring[k + 1] as LonLat)
      if (!x) continue
      const at = along(ring[k], ring[k + 1], x.u)
      const place = (k + x.u) % (ring.length - 1)
      if (!out.some((m) => Math.abs(m.ring - place) < 1e-12)) out.push({ cut: i + x.t, ring: place, at })
    }
  }
  return out.sort((a, b) => a.cut - b.cut)
}

/** The vertices of a ring from one place on it to another, going on in its own direction. */
function arc(ring: Position[], from: Meeting, to: Meeting): Position[] {
  const n = ring.length - 1
  const out: Position[] = []
  const end = to.ring > from.ring ? to.ring : to.ring + n
  for (let k = Math.floor(from.ring) + 1; k < end; k++) out.push(ring[k % n])
  return out
}

function close(points: Position[]): Position[] {
  const out = points.filter((p, i) => i === 0 || !same(p, points[i - 1]))
  if (!same(out[0], out[out.length - 1])) out.push(out[0])
  return out
}

/** Cuts one polygon along the first stretch of a drawn line that passes through it. */
function splitRings(rings: Position[][], cut: Position[]): [Position[][], Position[][]] | null {
  const [outer, ...holes] = rings
  const met = meetings(outer, cut)
  for (let i = 0; i + 1 < met.length; i++) {
    const [from, to] = [met[i], met[i + 1]]
    const between = cut.slice(Math.floor(from.cut) + 1, Math.ceil(to.cut))
    const path = [from.at, ...between, to.at]
    const [a, b] = [path[0], path[1]]
    if (!inside([outer], [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2])) continue
    if (holes.some((hole) => meetings(hole, path).length)) return null
    const one = close([...path, ...arc(outer, to, from)])
    const two = close([...[...path].reverse(), ...arc(outer, from, to)])
    if (one.length < 4 || two.length < 4) return null
    const of = (ring: Position[]) => holes.filter((hole) => inside([ring], hole[0]))
    return [[one, ...of(one)], [two, ...of(two)]]
  }
  return null
}

/** Cuts an area along a drawn line; null where the line does not pass through it, or meets a hole. */
export function splitArea(area: Editable, cut: LineString): Parts | null {
  const parts = polygons(area)
  for (const [i, rings] of parts.entries()) {
    const pair = splitRings(rings, cut.coordinates)
    if (!pair) continue
    const second: Polygon = { type: 'Polygon', coordinates: pair[1] }
    if (area.type === 'Polygon') return { first: { type: 'Polygon', coordinates: pair[0] }, second }
    return { first: { type: 'MultiPolygon', coordinates: parts.map((p, k) => (k === i ? pair[0] : p)) }, second }
  }
  return null
}

/** Attributes that count what a feature holds: two parts that both kept them would count it twice. */
const counts = /^(households|residents.*|.*_households|.*_meters|.*_devices|children_.*|capacity|nursing_beds|pv_m2|area_m2|step_count|ehealth_records|survey_.*|illegal_.*|lone_.*|rain_.*)$/

/** The attributes of the second part, and the names of those that stay with the first alone. */
export function shared(properties: Readonly<Record<string, Scalar>>): { attributes: Record<string, Scalar>; kept: string[] } {
  const entries = Object.entries(properties).filter(([, v]) => v !== null && v !== undefined)
  const kept = entries.filter(([name, v]) => counts.test(name) && v !== 0).map(([name]) => name)
  return { attributes: Object.fromEntries(entries.filter(([name]) => !kept.includes(name))), kept }
}
