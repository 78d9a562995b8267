// The ways from a place as shapes to draw.
import type { Feature } from 'geojson'
import type { Why } from '../api/types'

/** Paths to every category, the main one last so that it lies on top; its straight line; the snap. */
export function whyOverlays(why: Why, main: string | null): Feature[] {
  const out: Feature[] = []
  const add = (kind: string, geometry: Feature['geometry'], isMain = false) =>
    out.push({ type: 'Feature', geometry, properties: { kind, main: isMain } })
  const walks = why.walks ?? []
  for (const walk of walks) {
    if (walk.path && walk.category !== main) add('path', walk.path)
  }
  const chosen = walks.find((w) => w.category === main)
  if (chosen?.path) {
    const line = chosen.path.coordinates
    const end = line[line.length - 1]
    add('straight', { type: 'LineString', coordinates: [why.point, end] })
    add('path', chosen.path, true)
    add('end', { type: 'Point', coordinates: end })
  }
  if (why.snap?.point) add('snap', { type: 'LineString', coordinates: [why.point, why.snap.point] })
  return out
}
