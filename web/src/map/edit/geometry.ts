// What editing asks of geometries, all in degrees. A vertex is named by its path: the
// indices that lead to it. Rings name their first vertex once; their last follows it.
import type { Geometry, LineString, MultiLineString, MultiPolygon, Point, Polygon, Position } from 'geojson'
import type { LonLat } from '../../api/types'

export type Path = readonly number[]
/** Everything that a layer can hold and an editor can work on. */
export type Editable = Point | LineString | Polygon | MultiLineString | MultiPolygon

export const editable = (g: Geometry | null | undefined): g is Editable =>
  !!g && ['Point', 'LineString', 'Polygon', 'MultiLineString', 'MultiPolygon'].includes(g.type)

/** A chain of vertices and the path that leads to it. */
export interface Chain {
  path: Path
  at: Position[]
  ring: boolean
}

/** The lines and rings of a geometry. */
export function chains(g: Geometry): Chain[] {
  switch (g.type) {
    case 'LineString': return [{ path: [], at: g.coordinates, ring: false }]
    case 'MultiLineString': return g.coordinates.map((at, i) => ({ path: [i], at, ring: false }))
    case 'Polygon': return g.coordinates.map((at, i) => ({ path: [i], at, ring: true }))
    case 'MultiPolygon': return g.coordinates.flatMap((p, k) => p.map((at, i) => ({ path: [k, i], at, ring: true })))
    case 'GeometryCollection': return [] // no layer holds one
  }
  return []
}

export interface Vertex {
  path: Path
  at: LonLat
}

/** Every vertex, those of rings once. */
export function vertices(g: Geometry): Vertex[] {
  if (g.type === 'Point') return [{ path: [], at: g.coordinates as LonLat }]
  return chains(g).flatMap(({ path, at, ring }) =>
    at.slice(0, ring ? -1 : undefined).map((p, i) => ({ path: [...path, i], at: p as LonLat })))
}

/** The middle of every segment; the path is that of the vertex it follows. */
export function midpoints(g: Geometry): Vertex[] {
  return chains(g).flatMap(({ path, at }) => at.slice(1).map((b, i) => {
    const a = at[i]
    return { path: [...path, i], at: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] as LonLat }
  }))
}

/** The same geometry with one chain made anew. */
function withChain(g: Editable, path: Path, change: (at: Position[]) => Position[]): Editable {
  const apply = (c: unknown, rest: Path): unknown => (rest.length === 0 ? change(c as Position[]) : (c as unknown[]).map((part, i) => (i === rest[0] ? apply(part, rest.slice(1)) : part)))
  return { ...g, coordinates: apply(g.coordinates, path) } as Editable
}

const isRing = (g: Editable) => g.type === 'Polygon' || g.type === 'MultiPolygon'

/** The same geometry with a vertex elsewhere. */
export function withVertex(g: Editable, path: Path, to: LonLat): Editable {
  if (g.type === 'Point') return { ...g, coordinates: to }
  const i = path[path.length - 1]
  return withChain(g, path.slice(0, -1), (at) => {
    const out = at.map((p, k) => (k === i ? to : p))
    if (isRing(g) && i === 0) out[out.length - 1] = to
    return out
  })
}

/** The same geometry with a vertex more, after that at the path. */
export function withInserted(g: Editable, path: Path, at: LonLat): Editable {
  const i = path[path.length - 1]
  return withChain(g, path.slice(0, -1), (c) => [...c.slice(0, i + 1), at, ...c.slice(i + 1)])
}

/** The same geometry with a vertex less; null where too few would be left. */
export function without(g: Editable, path: Path): Editable | null {
  if (g.type === 'Point') return null
  const chain = chains(g).find((c) => c.path.join() === path.slice(0, -1).join())
  const i = path[path.length - 1]
  if (!chain || chain.at.length <= (chain.ring ? 4 : 2)) return null
  return withChain(g, path.slice(0, -1), (c) => {
    const out = c.filter((_, k) => k !== i)
    if (chain.ring && i === 0) out[out.length - 1] = out[0]
    return out
  })
}

/** The heights of a line beside a geometry that lost or gained the vertex at the path. */
export function heightsAfter(z: readonly number[] | null | undefined, path: Path, act: 'insert' | 'delete'): number[] | undefined {
  if (!z?.length) return undefined
  const i = path[path.length - 1]
  if (act === 'delete') return z.filter((_, k) => k !== i)
  return [...z.slice(0, i + 1), (z[i] + z[i + 1]) / 2, ...z.slice(i + 1)]
}

/** The same geometry moved. */
export function moved(g: Editable, by: LonLat): Editable {
  const walk = (c: unknown): unknown => (typeof (c as unknown[])[0] === 'number' ? [(c as number[])[0] + by[0], (c as number[])[1] + by[1]] : (c as unknown[]).map(walk))
  return { ...g, coordinates: walk(g.coordinates) } as Editable
}

/** Whether every segment of a chain is of some length, and a ring encloses something. */
export function sound(g: Editable): boolean {
  if (g.type === 'Point') return true
  return chains(g).every(({ at, ring }) => new Set(at.map((p) => p.join())).size >= (ring ? 3 : 2))
}

/** A plane of metres around a place, good to a few tenths of a per cent within a city. */
export class Plane {
  private readonly kx: number
  private readonly ky: number
  constructor(readonly origin: LonLat) {
    const phi = (origin[1] * Math.PI) / 180
    this.kx = 111412.84 * Math.cos(phi) - 93.5 * Math.cos(3 * phi)
    this.ky = 111132.92 - 559.82 * Math.cos(2 * phi)
  }

  to(p: Position): [number, number] {
    return [(p[0] - this.origin[0]) * this.kx, (p[1] - this.origin[1]) * this.ky]
  }

  from([x, y]: readonly [number, number]): LonLat {
    return [this.origin[0] + x / this.kx, this.origin[1] + y / this.ky]
  }

  distance(a: Position, b: Position): number {
    const [p, q] = [this.to(a), this.to(b)]
    return Math.hypot(p[0] - q[0], p[1] - q[1])
  }
}

type XY = readonly [number, number]

/** The share of a segment that is nearest to a point, and how far that is. */
export function nearestOn(a: XY, b: XY, p: XY): { t: number; distance: number } {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]]
  const length = dx * dx + dy * dy
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length))
  return { t, distance: Math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy) }
}

export const along = (a: Position, b: Position, t: number): LonLat =>
  t === 0 ? (a as LonLat) : t === 1 ? (b as LonLat) : [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]

/** Where two segments cross, as their shares; null where they do not, or run along each other. */
export function crossing(a: XY, b: XY, c: XY, d: XY): { t: number; u: number } | null {
  const [rx, ry, sx, sy] = [b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]]
  const cross = rx * sy - ry * sx
  if (Math.abs(cross) < 1e-18) return null
  const t = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / cross
  const u = ((c[0] - a[0]) * ry - (c[1] - a[1]) * rx) / cross
  return t >= 0 && t <= 1 && u >= 0 && u <= 1 ? { t, u } : null
}

/** Whether a place is inside a polygon; its edge belongs to neither. */
export function inside(rings: Position[][], p: Position): boolean {
  let odd = false
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [a, b] = [ring[j], ring[i]]
      if (a[1] > p[1] !== b[1] > p[1] && p[0] < a[0] + ((p[1] - a[1]) / (b[1] - a[1])) * (b[0] - a[0])) odd = !odd
    }
  }
  return odd
}

/** The polygons of an area. */
export const polygons = (g: Geometry | null | undefined): Position[][][] =>
  g?.type === 'Polygon' ? [g.coordinates] : g?.type === 'MultiPolygon' ? g.coordinates : []

export const within = (g: Geometry | null | undefined, p: Position) => polygons(g).some((rings) => inside(rings, p))
