// The paths of signals and looks to a place, and an advised change, as shapes to draw.
import type { Feature } from 'geojson'
import type { Advice, Glance, Link, LonLat } from '../api/types'
import { between, blockersOf, freeLength, hinderOf, type InTheWay } from '../state/section'

/** One path to the place that is asked about. */
export interface Ray {
  kind: 'cell' | 'camera'
  id: string
  at: LonLat
  distance_m: number
  inTheWay: InTheWay[]
}

export const rayOfLink = (l: Link): Ray => ({ kind: 'cell', id: l.cell, at: l.at, distance_m: l.distance_m, inTheWay: blockersOf(l) })
export const rayOfGlance = (g: Glance): Ray => ({ kind: 'camera', id: g.camera, at: g.at, distance_m: g.distance_m, inTheWay: hinderOf(g) })

/** The chosen path: free up to what it first meets, blocked from there; the others faintly. */
export function rayOverlays(rays: Ray[], spot: LonLat, main: Ray | null): Feature[] {
  const out: Feature[] = []
  const line = (kind: string, from: LonLat, to: LonLat) => {
    if (from[0] !== to[0] || from[1] !== to[1]) {
      out.push({ type: 'Feature', geometry: { type: 'LineString', coordinates: [from, to] }, properties: { kind } })
    }
  }
  for (const r of rays) if (r !== main) line('faint', r.at, spot)
  if (main) {
    const end = between(main.at, spot, main.distance_m > 0 ? freeLength(main.distance_m, main.inTheWay) / main.distance_m : 1)
    line('free', main.at, end)
    line('blocked', end, spot)
    out.push({ type: 'Feature', geometry: { type: 'Point', coordinates: main.at }, properties: { kind: 'cell' } })
  }
  return out
}

/** Every advised change as a point; the chosen one with its aim, as far as it has one. */
export function adviceOverlays(list: Advice[], chosen: Advice | null): Feature[] {
  return list.map((a, i) => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: a.at },
    properties: {
      rank: String(i + 1), main: a === chosen,
      ...(a.after?.azimuth_deg != null ? { azimuth_deg: a.after.azimuth_deg } : {}),
    },
  }))
}
