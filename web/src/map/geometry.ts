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

/** What two boxes share; null when they do not meet. */
export function meet(a: Extent, b: Extent): Extent | null {
  const box: Extent = [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])]
  return box[0] < box[2] && box[1] < box[3] ? box : null
}

/** Twice the signed area of a ring, in square degrees. */
function doubleArea(ring: Position[]): number {
  let sum = 0
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) sum += (ring[j][0] - ring[i][0]) * (ring[j][1] + ring[i][1])
  return sum
}

/** Where a level line is inside a polygon, as pairs of x from left to right. */
function crossings(rings: Position[][], y: number): number[] {
  const xs: number[] = []
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [a, b] = [ring[j], ring[i]]
      if (a[1] > y !== b[1] > y) xs.push(a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]))
    }
  }
  return xs.sort((p, q) => p - q)
}

/** A point well inside a polygon: in the middle of the widest stretch of a few level lines near its centre. */
function inside(rings: Position[][]): Position {
  let [low, high] = [Infinity, -Infinity]
  for (const [, y] of rings[0]) [low, high] = [Math.min(low, y), Math.max(high, y)]
  let best = { width: -1, at: rings[0][0] }
  for (const share of [0.5, 0.42, 0.58, 0.34, 0.66]) {
    const y = low + (high - low) * share
    const xs = crossings(rings, y)
    for (let i = 0; i + 1 < xs.length; i += 2) {
      const width = xs[i + 1] - xs[i]
      if (width > best.width * 1.15) best = { width, at: [(xs[i] + xs[i + 1]) / 2, y] }
    }
  }
  return best.at
}

/** Where to put the name of a feature: a point itself, the middle of a line, the inside of the largest polygon. */
export function labelPoint(g: Geometry | null | undefined): Position | null {
  switch (g?.type) {
    case 'Point': return g.coordinates
    case 'MultiPoint': return g.coordinates[0] ?? null
    case 'LineString': return g.coordinates[g.coordinates.length >> 1] ?? null
    case 'Polygon': return g.coordinates[0]?.length ? inside(g.coordinates) : null
    case 'MultiPolygon': {
      const sizes = g.coordinates.map((p) => Math.abs(doubleArea(p[0] ?? [])))
      const largest = g.coordinates[sizes.indexOf(Math.max(...sizes))]
      return largest?.[0]?.length ? inside(largest) : null
    }
  }
  return null
}
