// A gate in a wall: the gate itself, exactly on the wall, and a footpath through it from
// the nearest way on the one side to the nearest way on the other. Walking opens a wall
// where a way crosses it and a gate that is open stands on the crossing; a gate without
// a way leads nowhere.
//
// A gated compound without a wall is taken to be closed a little inside its boundary, so
// a path through such a boundary goes straight on until it is through.
import type { LineString, Position } from 'geojson'
import type { LonLat, Text } from '../../api/types'
import { along, chains, crossing, nearestOn, Plane, polygons, within } from './geometry'
import type { Shape } from './snap'

/** A feature as far as gates ask. */
export interface Thing extends Shape {
  properties: Readonly<Record<string, unknown>>
  /** Heights of the points of a line. */
  z_m?: readonly number[] | null
  version?: number
}

export interface Around {
  barriers: readonly Thing[]
  compounds: readonly Thing[]
  ways: readonly Thing[]
  buildings: readonly Thing[]
}

export interface GateWay {
  /** On the wall. */
  at: LonLat
  /** From way to way through the gate; null where a way goes through already. */
  path: LineString | null
  /** The compound whose wall it is, where there is one. */
  compound: Thing | null
  wall: Thing
}

export interface Refused {
  refused: Text
}

const wallKinds = new Set(['wall', 'city_wall', 'fence', 'hedge', 'retaining_wall'])
const noFootClasses = new Set(['motorway', 'motorway_link', 'trunk', 'trunk_link', 'construction', 'proposed', 'elevator', 'steps'])

/** How far inside its boundary a compound without walls is closed, and a little more to be through. */
const insetM = 5
const throughM = insetM + 0.5
/** A wall drawn this near a boundary is what stops people there. */
const drawnWallM = insetM + 5
/** How far a way may be to be led to. */
const farthestM = 120
/** A way that passes the wall this near the gate goes through it. */
const sameCrossingM = 2
/** A vertex of the way this near is taken instead of a place between vertices. */
const vertexM = 1.5

export const isWall = (f: Thing) => wallKinds.has(String(f.properties.kind ?? '')) && f.properties.foot !== 'yes' && f.geometry.type !== 'Point'
export const isClosed = (f: Thing) => f.properties.gated === true

/** Whether people walk on a way on the ground, as far as its attributes tell. */
export function walkable(f: Thing): boolean {
  const p = f.properties
  if (p.foot === 'no' || p.bridge === true || p.tunnel === true || (typeof p.level === 'number' && p.level !== 0)) return false
  return p.foot === 'yes' || !noFootClasses.has(String(p.class ?? ''))
}

/** What a gate can stand in: walls, and boundaries of closed compounds. */
export const gateGround = (around: Around): Thing[] => [...around.barriers.filter(isWall), ...around.compounds.filter(isClosed)]

type XY = [number, number]
interface Segment { a: XY; b: XY; from: Position; to: Position; of: Thing }

function segments(things: readonly Thing[], plane: Plane, near: number): Segment[] {
  const out: Segment[] = []
  for (const of of things) {
    for (const { at } of chains(of.geometry)) {
      for (let i = 1; i < at.length; i++) {
        const [a, b] = [plane.to(at[i - 1]), plane.to(at[i])]
        if (nearestOn(a, b, [0, 0]).distance <= near) out.push({ a, b, from: at[i - 1], to: at[i], of })
      }
    }
  }
  return out
}

const length = (v: XY) => Math.hypot(v[0], v[1])

/** Whether the straight way between two places meets a line, its own beginning aside. */
function blocked(from: XY, to: XY, lines: readonly Segment[]): boolean {
  const far = length([to[0] - from[0], to[1] - from[1]])
  if (far < 1e-6) return false
  const start: XY = [from[0] + ((to[0] - from[0]) * 0.05) / far, from[1] + ((to[1] - from[1]) * 0.05) / far]
  return lines.some(({ a, b }) => crossing(start, to, a, b))
}

interface Landing { at: Position; xy: XY; distance: number }

/** How far apart places on a way are tried, where the nearest cannot be led to. */
const stepM = 4

/** The places on ways that could be led to from a place, the nearest first. */
function landings(ways: readonly Segment[], from: XY): Landing[] {
  const out: Landing[] = []
  for (const { a, b, from: start, to: end } of ways) {
    const size = length([b[0] - a[0], b[1] - a[1]])
    const nearest = nearestOn(a, b, from).t
    const shares = new Set<number>()
    for (let k = 0; k * stepM <= farthestM; k++) {
      for (const sign of k ? [-1, 1] : [1]) {
        const t = size ? nearest + (sign * k * stepM) / size : 0
        // A vertex that is near is taken instead.
        shares.add(t * size <= vertexM ? 0 : (1 - t) * size <= vertexM ? 1 : t)
      }
    }
    for (const t of shares) {
      const xy: XY = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]
      const distance = length([xy[0] - from[0], xy[1] - from[1]])
      if (distance <= farthestM) out.push({ at: along(start, end, t), xy, distance })
    }
  }
  return out.sort((p, q) => p.distance - q.distance)
}

/** Whether walls are drawn along a boundary here. */
const drawnBeside = (walls: readonly Segment[]) => walls.some(({ a, b }) => nearestOn(a, b, [0, 0]).distance <= drawnWallM)

/** Whether walls are drawn along a stretch of a boundary, which then stops nobody itself. */
function accompanied({ a, b }: Segment, walls: readonly Segment[]): boolean {
  const middle: XY = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]
  return walls.some((w) => nearestOn(w.a, w.b, middle).distance <= drawnWallM)
}

const refuse = (zh: string, en: string): Refused => ({ refused: { zh, en } })

/** Works out a gate at a place on a wall. */
export function gateAt(at: LonLat, around: Around): GateWay | Refused {
  const plane = new Plane(at)
  const walls = segments(around.barriers.filter(isWall), plane, farthestM)
  const bounds = segments(around.compounds.filter(isClosed), plane, farthestM)
  const standing = (list: Segment[]) => list
    .map((s) => ({ s, away: nearestOn(s.a, s.b, [0, 0]).distance })).filter(({ away }) => away < 0.05).sort((p, q) => p.away - q.away)[0]?.s
  const wall = standing(walls)
  const bound = wall ? undefined : standing(bounds)
  const line = wall ?? bound
  if (!line) return refuse('这里没有围墙，也不是封闭小区的边界', 'There is no wall here, and no boundary of a gated compound')
  if (bound && drawnBeside(walls)) {
    return refuse('此处的边界旁绘有围墙：请把大门放在围墙上', 'A wall is drawn along the boundary here: put the gate in the wall')
  }
  const [dx, dy] = [line.b[0] - line.a[0], line.b[1] - line.a[1]]
  const size = length([dx, dy])
  const normal: XY = [-dy / size, dx / size]
  const ways = segments(around.ways.filter(walkable), plane, farthestM)
  const compound = compoundAt(plane, normal, around.compounds)

  const through = ways.map((w) => ({ w, x: crossing(w.a, w.b, line.a, line.b) }))
    .find(({ x }) => x && length([line.a[0] + x.u * dx, line.a[1] + x.u * dy]) <= sameCrossingM)
  if (wall && through?.x) return { at: along(line.from, line.to, through.x.u), path: null, compound, wall: line.of }

  const houses = segments(around.buildings, plane, farthestM)
  const shut = bounds.filter((b) => !accompanied(b, walls))
  const sides = [1, -1].map((side) => lead({ side, normal, plane, walls, bounds: shut, houses, ways, bound }))
  const missing = sides.findIndex((s) => !s)
  if (missing >= 0) {
    return refuse(`墙的一侧 ${farthestM} 米内没有能直接连到的可走道路：先在那一侧画步行道`,
      `On one side of the wall no walkable way can be led to straight within ${farthestM} m: draw a footpath there first`)
  }
  const [one, other] = sides as Position[][]
  return { at, path: { type: 'LineString', coordinates: [...[...one].reverse(), at, ...other] }, compound, wall: line.of }
}

interface Lead {
  side: number
  normal: XY
  plane: Plane
  walls: Segment[]
  bounds: Segment[]
  houses: Segment[]
  ways: Segment[]
  bound: Segment | undefined
}

/** From the wall to the nearest way on a side that nothing stands before; null where there is none. */
function lead({ side, normal, plane, walls, bounds, houses, ways, bound }: Lead): Position[] | null {
  const n: XY = [normal[0] * side, normal[1] * side]
  const isInside = bound !== undefined && within(bound.of.geometry, plane.from([n[0], n[1]]))
  const first: XY = isInside ? [n[0] * throughM, n[1] * throughM] : [0, 0]
  if (isInside && (blocked([0, 0], first, walls) || blocked([0, 0], first, houses))) return null
  for (const stop of [[...walls, ...bounds, ...houses], [...walls, ...bounds]]) {
    for (const l of landings(ways, first)) {
      const towards = (l.xy[0] * n[0] + l.xy[1] * n[1]) / Math.max(length(l.xy), 1e-9)
      // A way on the line itself, or behind it, is no way on this side.
      if (l.distance < 0.2 || towards < 0.1) continue
      if (isInside && !deepInside(bound!.of, l, plane)) continue
      if (blocked(first, l.xy, stop)) continue
      return isInside ? [plane.from(first), l.at] : [l.at]
    }
  }
  return null
}

/** Whether a place is farther inside a compound than where it is closed. */
function deepInside(of: Thing, l: Landing, plane: Plane): boolean {
  if (!within(of.geometry, l.at)) return false
  return chains(of.geometry).every(({ at }) => at.slice(1).every((b, i) => nearestOn(plane.to(at[i]), plane.to(b), l.xy).distance > insetM))
}

/** The compound on exactly one side of the wall. */
function compoundAt(plane: Plane, normal: XY, compounds: readonly Thing[]): Thing | null {
  const beside = (side: number) => plane.from([normal[0] * side * 2, normal[1] * side * 2])
  const holds = compounds.filter((c) => polygons(c.geometry).length > 0 && within(c.geometry, beside(1)) !== within(c.geometry, beside(-1)))
  return holds[0] ?? null
}
