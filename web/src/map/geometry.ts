// The few things the page itself asks of a geometry, all in degrees.
import type { Geometry, Position } from 'geojson'
import type { Extent } from '../api/types'

function eachPosition(g: Geometry, visit: (p: Position) => void): void {
  const walk = (c: unknown): void => {
    if (!Array.isArray(c)) return
    if (typeof c[0] === 'number') visit(c as Position)
    else c.forEach(walk)
  }
  if (g.type === 'GeometryCollection') g.geometries.forEach((part) => eachPosition(part, visit))
  else walk(g.coordinates)
}

/** The box around a geometry; null when it has no place. */
export function boxOf(g: Geometry | null | undefined): Extent | null {
  if (!g) return null
  const box: Extent = [Infinity, Infinity, -Infinity, -Infinity]
  eachPosition(g, ([x, y]) => {
    box[0] = Math.min(box[0], x)
    box[1] = Math.min(box[1], y)
    box[2] = Math.max(box[2], x)
    box[3] = Math.max(box[3], y)
  })
  return box[0] <= box[2] ? box : null
}

export function join(a: Extent | null, b: Extent | null): Extent | null {
  if (!a || !b) return a ?? b
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])]
}
