// The paths of signals to a place, and an advised change, as shapes to draw.
import type { Feature } from 'geojson'
import type { Advice, Link, LonLat } from '../api/types'
import { between, freeLength } from '../state/section'

/** The path of the chosen cell: free up to what it first meets, blocked from there; the others faintly. */
export function signalOverlays(links: Link[], spot: LonLat, main: string | null): Feature[] {
  const out: Feature[] = []
  const line = (kind: string, from: LonLat, to: LonLat) => {
    if (from[0] !== to[0] || from[1] !== to[1]) {
      out.push({ type: 'Feature', geometry: { type: 'LineString', coordinates: [from, to] }, properties: { kind } })
    }
  }
  for (const l of links) if (l.cell !== main) line('faint', l.at, spot)
  const chosen = links.find((l) => l.cell === main)
  if (chosen) {
    const end = between(chosen.at, spot, chosen.distance_m > 0 ? freeLength(chosen) / chosen.distance_m : 1)
    line('free', chosen.at, end)
    line('blocked', end, spot)
    out.push({ type: 'Feature', geometry: { type: 'Point', coordinates: chosen.at }, properties: { kind: 'cell' } })
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
