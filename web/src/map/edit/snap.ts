// What a place is snapped to: vertices before edges, both within reach on the screen.
// What is given back is the place itself in the precision of the data, since walking
// holds two ways to meet only where they share a point.
import type { Geometry } from 'geojson'
import type { LonLat } from '../../api/types'
import { along, chains, type Path, vertices } from './geometry'

/** Something to snap to. */
export interface Shape {
  layer: string
  id: string
  geometry: Geometry
  box?: readonly [number, number, number, number]
}

export interface Snap {
  kind: 'vertex' | 'edge'
  at: LonLat
  layer: string
  id: string
  /** The vertex, or the one that the edge begins with. */
  path: Path
}

export interface XY {
  x: number
  y: number
}

/** How near, in pixels, the pointer has to come. */
export const snapReach = 12

export interface Wanted {
  project: (p: LonLat) => XY
  reach?: number
  /** Layers that are looked at before all others. */
  first?: readonly string[]
  /** A vertex that must not be snapped to: the one in hand. */
  but?: (layer: string, id: string) => boolean
  edges?: boolean
}

const beside = (p: XY, q: XY) => Math.hypot(p.x - q.x, p.y - q.y)

function nearest(shapes: readonly Shape[], at: XY, { project, reach = snapReach, but, edges = true }: Wanted): Snap | null {
  let vertex: Snap | null = null
  let edge: Snap | null = null
  let vertexAway = reach
  let edgeAway = reach
  for (const { layer, id, geometry } of shapes) {
    if (but?.(layer, id)) continue
    for (const v of vertices(geometry)) {
      const away = beside(project(v.at), at)
      if (away < vertexAway) [vertexAway, vertex] = [away, { kind: 'vertex', at: v.at, layer, id, path: v.path }]
    }
    if (vertex || !edges) continue // an edge counts only where no vertex is near
    for (const chain of chains(geometry)) {
      let a = project(chain.at[0] as LonLat)
      for (let i = 1; i < chain.at.length; i++) {
        const b = project(chain.at[i] as LonLat)
        const [dx, dy] = [b.x - a.x, b.y - a.y]
        const length = dx * dx + dy * dy
        const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((at.x - a.x) * dx + (at.y - a.y) * dy) / length))
        const away = Math.hypot(at.x - a.x - t * dx, at.y - a.y - t * dy)
        if (away < edgeAway) {
          [edgeAway, edge] = [away, { kind: 'edge', at: along(chain.at[i - 1], chain.at[i], t), layer, id, path: [...chain.path, i - 1] }]
        }
        a = b
      }
    }
  }
  return vertex ?? edge
}

/** What a place on the screen is snapped to; null for nothing. */
export function snap(shapes: readonly Shape[], at: XY, wanted: Wanted): Snap | null {
  if (wanted.first?.length) {
    const found = nearest(shapes.filter((s) => wanted.first!.includes(s.layer)), at, wanted)
    if (found) return found
  }
  return nearest(shapes, at, wanted)
}

/** The shapes whose box a place comes near; the margin is in degrees. */
export const around = (shapes: readonly Shape[], at: LonLat, margin: number) => shapes.filter(({ box }) =>
  !box || (at[0] >= box[0] - margin && at[0] <= box[2] + margin && at[1] >= box[1] - margin && at[1] <= box[3] + margin))
