// What an entry of the palette comes to where it was drawn: the steps of one act. An
// entry with parts makes all of them as one group, so that they are switched together.
import type { Geometry, LineString } from 'geojson'
import type { EditInput, PaletteEntry, Step } from '../../api/scenario'
import type { LonLat, Scalar, Shape as ShapeName, Text } from '../../api/types'
import { along, chains, crossing, heightsAfter, nearestOn, Plane, within, withInserted, type Editable } from './geometry'
import { type Around, gateAt, type GateWay, type Refused, type Thing } from './gate'

type Attributes = Record<string, Scalar>

/** Gives a new thing an attribute of what it was put on. */
export interface Taking {
  attribute: string
  from: string
  of: 'wall' | 'building' | 'way' | 'compound'
  plus?: number
}

export interface Part {
  role: string
  title: Text
  kind: string
  op: 'add' | 'change' | 'delete'
  layer: string
  shape: ShapeName
  attributes: Attributes | null
  place: 'drawn' | 'picked' | 'connect' | 'first_leg' | 'middle_legs' | 'last_leg' | 'meets_road'
  turn_deg?: number
}

/** An entry of the palette with all that the server says of it. */
export interface Entry extends PaletteEntry {
  theme?: string
  op?: 'add' | 'change' | 'delete'
  shapes?: ShapeName[] | null
  /** Attributes that a picked thing must have. */
  picks?: Attributes | null
  takes?: Taking[] | null
  parts?: Part[] | null
}

/** An entry that works on something that is there instead of drawing it. */
export const isPicking = (e: Entry) => e.op === 'change' || e.op === 'delete'

/** How many points a drawing of an entry takes at least. */
export const leastPoints = (e: Entry | null, shape: ShapeName): number =>
  (shape === 'polygon' ? 3 : e?.parts?.some((p) => p.place === 'middle_legs') ? 4 : 2)

/** The layers that have to be known around a place before an entry can be put there. */
export function needs(e: Entry): string[] {
  const out = new Set<string>()
  const of = { wall: ['barriers', 'compounds'], building: ['buildings'], way: ['ways'] } as const
  if (e.on) for (const layer of of[e.on]) out.add(layer)
  for (const t of e.takes ?? []) out.add({ wall: 'barriers', building: 'buildings', way: 'ways', compound: 'compounds' }[t.of])
  for (const p of e.parts ?? []) {
    if (p.place === 'connect') for (const layer of ['barriers', 'compounds', 'ways', 'buildings']) out.add(layer)
    if (p.place === 'meets_road') out.add('ways')
    if (p.place === 'picked' && e.layer === 'buildings') out.add('entrances')
  }
  return [...out]
}

export interface Ground extends Around {
  entrances: readonly Thing[]
}

export interface Made {
  label: Text
  steps: Step[]
  /** What is looked at afterwards; null where nothing new is there. */
  select: { layer: string; id: string } | null
  /** What is to be said when it is done. */
  said?: Text
}

/** A name for a new feature; the first act and its undoing speak of the same. */
export function newID(kind: string): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789'
  const random = crypto.getRandomValues(new Uint8Array(8))
  return `new-${kind.replace(/[^a-z0-9]+/g, '-')}-${[...random].map((b) => letters[b % letters.length]).join('')}`
}

const refuse = (zh: string, en: string): Refused => ({ refused: { zh, en } })
const known = (a: Attributes | null | undefined): Attributes => Object.fromEntries(Object.entries(a ?? {}).filter(([, v]) => v !== null && v !== undefined))

function add(layer: string, id: string, geometry: Geometry, properties: Attributes, more: Pick<EditInput, 'kind' | 'group'>): Step {
  return { do: 'append', edit: { layer, op: 'add', id, feature: { type: 'Feature', id, geometry, properties }, ...more } }
}

/** The building that a place is on or in. */
const buildingAt = (at: LonLat, buildings: readonly Thing[]): Thing | undefined => buildings.find((b) => within(b.geometry, at)) ?? nearestThing(at, buildings, 0.05)

function nearestThing(at: LonLat, things: readonly Thing[], reach: number): Thing | undefined {
  const plane = new Plane(at)
  let best: { of: Thing; distance: number } | undefined
  for (const of of things) {
    for (const chain of chains(of.geometry)) {
      for (let i = 1; i < chain.at.length; i++) {
        const { distance } = nearestOn(plane.to(chain.at[i - 1]), plane.to(chain.at[i]), [0, 0])
        if (distance <= reach && distance < (best?.distance ?? Infinity)) best = { of, distance }
      }
    }
  }
  return best?.of
}

/** The attributes that come from what the thing was put on. */
function taken(entry: Entry, at: LonLat | null, ground: Ground, gate: GateWay | null): Attributes {
  const out: Attributes = {}
  if (!at) return out
  for (const t of entry.takes ?? []) {
    const thing = t.of === 'compound' ? gate?.compound ?? ground.compounds.find((c) => within(c.geometry, at))
      : t.of === 'wall' ? gate?.wall
        : t.of === 'building' ? buildingAt(at, ground.buildings) : nearestThing(at, ground.ways, 0.05)
    const value = !thing ? undefined : t.from === 'id' ? thing.id : thing.properties[t.from]
    if (value === undefined || value === null) continue
    out[t.attribute] = typeof value === 'number' ? value + (t.plus ?? 0) : (value as Scalar)
  }
  return out
}

const turned = (a: Attributes, by: number | undefined): Attributes =>
  (by === undefined || typeof a.azimuth_deg !== 'number' ? a : { ...a, azimuth_deg: (a.azimuth_deg + by) % 360 })

/** The part of a drawn line that a part of an entry takes; null where the line is too short. */
function leg(line: LineString, place: Part['place']): LineString | null {
  const at = line.coordinates
  const cut = place === 'first_leg' ? at.slice(0, 2) : place === 'last_leg' ? at.slice(-2) : at.slice(1, -1)
  return at.length >= 4 && cut.length >= 2 ? { type: 'LineString', coordinates: cut } : null
}

const roads = /^(trunk|primary|secondary|tertiary|unclassified|residential)(_link)?$/

interface Meeting { at: LonLat; leg: number; t: number; road: Thing; path: number[]; there: boolean }

/** Where a line crosses roads on the ground. */
export function meetsRoads(line: LineString, ways: readonly Thing[]): Meeting[] {
  const out: Meeting[] = []
  const c = line.coordinates as LonLat[]
  for (const road of ways) {
    const p = road.properties
    if (!roads.test(String(p.class ?? '')) || p.bridge === true || p.tunnel === true || (typeof p.level === 'number' && p.level !== 0)) continue
    for (const chain of chains(road.geometry)) {
      for (let k = 1; k < chain.at.length; k++) {
        for (let i = 1; i < c.length; i++) {
          const x = crossing(c[i - 1], c[i], chain.at[k - 1] as LonLat, chain.at[k] as LonLat)
          if (!x) continue
          const plane = new Plane(c[i])
          const at = along(chain.at[k - 1], chain.at[k], x.u)
          // A vertex that is there is taken, so that no second one lies beside it.
          const near = [k - 1, k].find((v) => plane.distance(chain.at[v], at) < 0.3)
          const place = near === undefined ? at : (chain.at[near] as LonLat)
          if (out.some((m) => plane.distance(m.at, place) < 0.01)) continue
          out.push({ at: place, leg: i - 1, t: x.t, road, path: [...chain.path, k - 1], there: near !== undefined })
        }
      }
    }
  }
  return out.sort((a, b) => a.leg - b.leg || a.t - b.t)
}

/** A line with a vertex wherever it meets a road. */
function withMeetings(line: LineString, met: readonly Meeting[]): LineString {
  const at = line.coordinates.flatMap((p, i) => [p, ...met.filter((m) => m.leg === i).map((m) => m.at)])
  return { type: 'LineString', coordinates: at.filter((p, i) => i === 0 || p[0] !== at[i - 1][0] || p[1] !== at[i - 1][1]) }
}

interface Work {
  entry: Entry
  drawn: Geometry
  ground: Ground
  group: string
  attributes: (part: Part | null) => Attributes
  gate: GateWay | null
  met: Meeting[]
}

/** The steps of one part; a refusal where its place cannot be told. */
function partSteps(part: Part, w: Work): { steps: Step[]; id?: string } | Refused {
  const more = { kind: part.kind, group: w.group }
  const id = newID(part.role)
  const made = (geometry: Geometry) => ({ steps: [add(part.layer, id, geometry, w.attributes(part), more)], id })
  switch (part.place) {
    case 'connect': return w.gate?.path ? made(w.gate.path) : { steps: [] }
    case 'first_leg': case 'middle_legs': case 'last_leg': {
      const line = w.drawn.type === 'LineString' ? leg(w.drawn, part.place) : null
      return line ? made(line) : refuse('至少要画四个点：首段、末段和中间的桥面', 'It takes four points or more: the first leg, the last one and what is between')
    }
    case 'meets_road': {
      if (!w.met.length) return refuse('这条线没有穿过道路：从路的一侧画到另一侧', 'The line crosses no road: draw it from one side of a road to the other')
      // A road that goes on over the crossing must share its point.
      const roads = new Map<string, { road: Thing; met: Meeting[] }>()
      for (const m of w.met.filter((m) => !m.there)) roads.set(m.road.id, { road: m.road, met: [...roads.get(m.road.id)?.met ?? [], m] })
      const shared = [...roads.values()].map(({ road, met }): Step => {
        let geometry = road.geometry as Editable
        let z = road.z_m
        for (const m of met.sort((a, b) => b.path[b.path.length - 1] - a.path[a.path.length - 1])) {
          geometry = withInserted(geometry, m.path, m.at)
          z = heightsAfter(z, m.path, 'insert')
        }
        return { do: 'append', edit: { layer: 'ways', op: 'move', id: road.id, geometry, ...(z ? { z_m: [...z] } : {}), group: w.group } }
      })
      return { steps: [...w.met.map((m) => add(part.layer, newID(part.role), { type: 'Point', coordinates: m.at }, w.attributes(part), more)), ...shared] }
    }
    default: return made(w.met.length && w.drawn.type === 'LineString' ? withMeetings(w.drawn, w.met) : w.drawn)
  }
}

/** What an entry comes to that was drawn. */
export function draw(entry: Entry, drawn: Geometry, ground: Ground): Made | Refused {
  const parts = entry.parts ?? []
  let gate: GateWay | null = null
  if (parts.some((p) => p.place === 'connect') && drawn.type === 'Point') {
    const way = gateAt(drawn.coordinates as LonLat, ground)
    if ('refused' in way) return way
    gate = way
    drawn = { type: 'Point', coordinates: way.at }
  }
  const at = drawn.type === 'Point' ? (drawn.coordinates as LonLat) : null
  const own = taken(entry, at, ground, gate)
  const attributes = (part: Part | null): Attributes =>
    turned(known({ ...(part?.attributes ?? entry.attributes), ...(!part || part.layer === entry.layer ? own : {}) }), part?.turn_deg)
  const label = { zh: `添加${entry.title.zh}`, en: `Add: ${entry.title.en}` }
  const said = { zh: `已添加${entry.title.zh}`, en: `Added: ${entry.title.en}` }
  if (!parts.length) {
    const id = newID(entry.id)
    return { label, said, steps: [add(entry.layer, id, drawn, attributes(null), { kind: entry.id })], select: { layer: entry.layer, id } }
  }
  const met = drawn.type === 'LineString' && parts.some((p) => p.place === 'meets_road') ? meetsRoads(drawn, ground.ways) : []
  const work: Work = { entry, drawn, ground, group: newID(entry.id), attributes, gate, met }
  const out: Made = { label, said, steps: [], select: null }
  for (const part of parts) {
    const made = partSteps(part, work)
    if ('refused' in made) return made
    out.steps.push(...made.steps)
    if (!out.select && made.id && made.steps.length) out.select = { layer: part.layer, id: made.id }
  }
  return out
}

/** Why an entry cannot be used on a thing; null when it can. */
export function unfit(entry: Entry, thing: Thing): Text | null {
  const wrong = Object.entries(entry.picks ?? {}).some(([name, value]) => thing.properties[name] !== value)
  if (thing.layer === entry.layer && !wrong) return null
  return { zh: `这里不能用“${entry.title.zh}”。${entry.hint.zh}`, en: `“${entry.title.en}” does not work on this. ${entry.hint.en}` }
}

/** The doors of a building, which go with it. */
const doorsOf = (building: Thing, entrances: readonly Thing[]) => entrances.filter((e) => e.properties.of === building.id)

/** What an entry comes to that was used on a thing. */
export function pick(entry: Entry, thing: Thing, ground: Ground, title: string): Made | Refused {
  const wrong = unfit(entry, thing)
  if (wrong) return { refused: wrong }
  const label = { zh: `${entry.title.zh}：${title}`, en: `${entry.title.en}: ${title}` }
  const parts: Part[] = entry.parts?.length ? entry.parts : [{
    role: entry.id, title: entry.title, kind: entry.id, op: entry.op ?? 'change', layer: entry.layer, shape: entry.shape, attributes: entry.attributes, place: 'picked',
  }]
  const doors = thing.layer === 'buildings' && parts.some((p) => p.op === 'delete') ? doorsOf(thing, ground.entrances) : []
  const group = parts.length > 1 || doors.length ? newID(entry.id) : ''
  const more = group ? { group } : {}
  const out: Made = { label, said: label, steps: [], select: null }
  for (const part of parts) {
    if (part.op === 'delete') {
      out.steps.push({ do: 'append', edit: { layer: thing.layer, op: 'delete', id: thing.id, kind: part.kind, ...more }, ...seen(thing) })
    } else if (part.op === 'change') {
      out.steps.push({ do: 'append', edit: { layer: thing.layer, op: 'change', id: thing.id, set: { ...part.attributes }, kind: part.kind, ...more }, ...seen(thing) })
      out.select ??= { layer: thing.layer, id: thing.id }
    } else {
      const id = newID(part.role)
      out.steps.push(add(part.layer, id, thing.geometry, known(part.attributes), { kind: part.kind, ...more }))
      out.select ??= { layer: part.layer, id }
    }
  }
  for (const door of doors) out.steps.push({ do: 'append', edit: { layer: 'entrances', op: 'delete', id: door.id, ...more }, ...seen(door) })
  return out
}

/** The version that the author saw, where it is known. */
export const seen = (thing: { version?: number }) => (thing.version === undefined ? {} : { seen: thing.version })
