// What a pointer, a finger or the keyboard does with each tool. A hand is told where it
// is, that it presses, grabs, drags and drops; it shows what that would come to, and asks
// for one act when it is done.
import type { Geometry, LineString } from 'geojson'
import type { LonLat, Text } from '../../api/types'
import { changeStep, splitSteps } from './changes'
import {
  chains, type Editable, editable, heightsAfter, midpoints, moved, nearestOn, type Path, Plane, sound, vertices, within, withInserted, without, withVertex,
} from './geometry'
import type { Refused, Thing } from './gate'
import { draw, type Entry, type Ground, type Made, newID, pick, seen, unfit } from './recipe'
import type { Snap, Wanted, XY } from './snap'
import { splitArea, splitLine } from './split'
import type { Step } from '../../api/scenario'

export type Mark = GeoJSON.Feature<Geometry, Record<string, unknown>>

/** What hands work with. */
export interface Bench {
  px: (at: LonLat) => XY
  at: (p: XY) => LonLat
  /** What a place is snapped to now; remembers it for the words below the tools. */
  snap: (p: XY, wanted?: Omit<Wanted, 'project'> & { only?: (t: Thing) => boolean }) => Snap | null
  things: (layer: string) => readonly Thing[]
  /** What stands around a place, read in full. */
  ground: (entry: Entry, at: LonLat) => Promise<Ground>
  /** The newest state of a thing; null when it is gone. */
  fresh: (layer: string, id: string) => Promise<Thing | null>
  subject: () => Thing | null
  /** What the subject is called. */
  title: (thing: Thing) => Text
  edits: () => Parameters<typeof changeStep>[0]
  touch: () => boolean
  /** Snapping and moving together is not wanted now. */
  alone: () => boolean
  show: (marks: Mark[]) => void
  refuse: (why: Text) => void
  /** One act, worked out when those before it are done. */
  commit: (build: () => Made | Refused) => Promise<boolean>
  /** A tool is done with. */
  done: () => void
}

export interface Hand {
  hover?: (at: XY | null) => void
  click?: (at: XY) => void | Promise<void>
  grab?: (at: XY) => boolean
  drag?: (at: XY) => void
  drop?: () => void | Promise<void>
  /** Gives up what is grabbed. */
  letGo?: () => void
  /** Takes out what is chosen; false when nothing is. */
  remove?: () => boolean
  /** A point is chosen that could be taken out. */
  chosen?: () => boolean
  /** What is there changed. */
  refresh?: () => void
}

const point = (at: LonLat, properties: Record<string, unknown>): Mark => ({ type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties })
const shape = (geometry: Geometry, kind: string): Mark => ({ type: 'Feature', geometry, properties: { kind } })
export const snapMark = (s: Snap | null): Mark[] => (s ? [point(s.at, { kind: `snap-${s.kind}` })] : [])
const away = (p: XY, q: XY) => Math.hypot(p.x - q.x, p.y - q.y)

const preferred: Record<string, string[]> = { way: ['ways'], building: ['buildings'] }

/** How an entry is snapped. */
export function snapping(entry: Entry | null, gateGround: (t: Thing) => boolean): Parameters<Bench['snap']>[1] {
  if (entry?.on === 'wall') return { only: gateGround, first: ['barriers'], reach: 18 }
  return entry?.on ? { first: preferred[entry.on] } : {}
}

/** Places a point. */
export function placeHand(b: Bench, entry: Entry, wall: (t: Thing) => boolean, noWall: Text): Hand {
  const wanted = snapping(entry, wall)
  const isGate = entry.on === 'wall'
  // A thing on a roof stands where it was put; one on the ground is drawn to what is there.
  const find = (p: XY) => (entry.on === 'building' ? null : b.snap(p, wanted))
  return {
    hover(p) {
      if (!p) return b.show([])
      const s = find(p)
      b.show([...(isGate && !s ? [] : [point(s?.at ?? b.at(p), { kind: 'ghost' })]), ...snapMark(s)])
    },
    async click(p) {
      const place = b.at(p)
      const ground = await b.ground(entry, place)
      const s = find(p)
      if (isGate && !s) return b.refuse(noWall)
      const at = s?.at ?? place
      b.show([point(at, { kind: 'ghost' }), ...snapMark(s)])
      await b.commit(() => draw(entry, { type: 'Point', coordinates: at }, ground))
      b.show([])
    },
  }
}

/** Picks what an entry is done to. */
export function pickHand(b: Bench, entry: Entry, nothing: Text): Hand {
  function under(p: XY): Thing | null {
    const at = b.at(p)
    const things = b.things(entry.layer).filter((t) => !unfit(entry, t))
    const area = things.find((t) => within(t.geometry, at))
    if (area) return area
    const near = b.touch() ? 24 : 14
    let best: { thing: Thing; distance: number } | null = null
    for (const thing of things) {
      const distance = distanceTo(b, thing.geometry, p)
      if (distance < (best?.distance ?? near)) best = { thing, distance }
    }
    return best?.thing ?? null
  }
  return {
    hover(p) {
      const thing = p && under(p)
      b.show(thing ? [shape(thing.geometry, 'target')] : [])
    },
    async click(p) {
      const ground = await b.ground(entry, b.at(p))
      const known = under(p)
      if (!known) return b.refuse(nothing)
      b.show([shape(known.geometry, 'target')])
      const thing = await b.fresh(known.layer, known.id)
      if (!thing) return b.refuse(nothing)
      await b.commit(() => pick(entry, thing, ground, b.title(thing).zh))
      b.show([])
    },
  }
}

/** How far a place on the screen is from a geometry, in pixels; nothing inside an area. */
export function distanceTo(b: Pick<Bench, 'px' | 'at'>, g: Geometry, p: XY): number {
  if (g.type === 'Point') return away(b.px(g.coordinates as LonLat), p)
  if (within(g, b.at(p))) return 0
  let best = Infinity
  for (const { at } of chains(g)) {
    for (let i = 1; i < at.length; i++) {
      const [a, c] = [b.px(at[i - 1] as LonLat), b.px(at[i] as LonLat)]
      best = Math.min(best, nearestOn([a.x, a.y], [c.x, c.y], [p.x, p.y]).distance)
    }
  }
  return best
}

const labels = (sentence: readonly [string, string], what: Text): Text => ({ zh: sentence[0].replace('{0}', what.zh), en: sentence[1].replace('{0}', what.en) })

export interface Words {
  move: readonly [string, string]
  reshape: readonly [string, string]
  split: readonly [string, string]
  aim: readonly [string, string]
  noVertexLess: Text
  noSplitLine: Text
  noSplitArea: Text
  splitKept: (names: string[]) => Text
}

/** Moves the subject as a whole. */
export function moveHand(b: Bench, words: Words): Hand {
  let held: { thing: Thing; from: LonLat; near: LonLat; now: Editable } | null = null
  const rest = () => {
    const s = b.subject()
    b.show(s && editable(s.geometry) ? [shape(s.geometry, 'target'), ...(s.geometry.type === 'Point' ? [point(s.geometry.coordinates as LonLat, { kind: 'handle', touch: b.touch() })] : [])] : [])
  }
  return {
    refresh: () => { if (!held) rest() },
    grab(p) {
      const thing = b.subject()
      if (!thing || !editable(thing.geometry) || distanceTo(b, thing.geometry, p) > (b.touch() ? 30 : 20)) return false
      const near = vertices(thing.geometry).reduce((a, v) => (away(b.px(v.at), p) < away(b.px(a.at), p) ? v : a)).at
      held = { thing, from: b.at(p), near, now: thing.geometry }
      return true
    },
    drag(p) {
      if (!held) return
      const at = b.at(p)
      let by: LonLat = [at[0] - held.from[0], at[1] - held.from[1]]
      const target: LonLat = [held.near[0] + by[0], held.near[1] + by[1]]
      const s = b.snap(b.px(target), { but: (layer, id) => layer === held!.thing.layer && id === held!.thing.id })
      if (s) by = [s.at[0] - held.near[0], s.at[1] - held.near[1]]
      held.now = moved(held.thing.geometry as Editable, by)
      // What is snapped to is met to the last digit.
      if (s && held.now.type === 'Point') held.now = { type: 'Point', coordinates: s.at }
      b.show([shape(held.now, 'ghost'), ...snapMark(s)])
    },
    async drop() {
      const h = held
      held = null
      if (!h || h.now === h.thing.geometry) return rest()
      await b.commit(() => ({
        label: labels(words.move, b.title(h.thing)), select: null,
        steps: [changeStep(b.edits(), b.subject() ?? h.thing, { geometry: h.now, z: h.thing.z_m ?? undefined })],
      }))
      rest()
    },
    letGo() {
      held = null
      rest()
    },
  }
}

/** The features of the same layer that share a point exactly. */
function partners(b: Bench, thing: Thing, at: LonLat): { thing: Thing; path: Path }[] {
  if (thing.layer !== 'ways' && thing.layer !== 'pipes') return []
  const [x, y] = at
  return b.things(thing.layer).flatMap((other) => {
    if (other.id === thing.id || (other.box && (x < other.box[0] || x > other.box[2] || y < other.box[1] || y > other.box[3]))) return []
    const v = editable(other.geometry) ? vertices(other.geometry).find((w) => w.at[0] === x && w.at[1] === y) : undefined
    return v ? [{ thing: other, path: v.path }] : []
  })
}

/** More points than this are not all shown at once. */
const mostPoints = 600

/** Moves, adds and takes out the points of the subject. */
export function verticesHand(b: Bench, words: Words): Hand {
  let held: { thing: Thing; path: Path; start: LonLat; inserted: boolean; base: Editable; z?: number[]; now: Editable; moved: boolean; others: { thing: Thing; path: Path }[] } | null = null
  let chosen: Path | null = null
  const same = (p: Path | null, q: Path) => p !== null && p.join() === q.join()
  const geometry = () => {
    const g = b.subject()?.geometry
    return editable(g) ? g : null
  }
  function marks(g: Editable, but?: Path): Mark[] {
    const dots = vertices(g)
    const touch = b.touch()
    const middles = dots.length <= mostPoints / 2 ? midpoints(g).filter((m) => {
      const c = chains(g).find(({ path }) => path.join() === m.path.slice(0, -1).join())!
      const i = m.path[m.path.length - 1]
      return away(b.px(c.at[i] as LonLat), b.px(c.at[i + 1] as LonLat)) > (touch ? 56 : 34)
    }) : []
    return [
      ...middles.map((m) => point(m.at, { kind: 'middle', touch })),
      ...dots.slice(0, mostPoints).filter((v) => !but || !same(but, v.path)).map((v) => point(v.at, { kind: 'vertex', touch, chosen: same(chosen, v.path) })),
    ]
  }
  function rest(): void {
    const g = geometry()
    b.show(g ? [shape(g, 'target'), ...marks(g)] : [])
  }
  function nearest(list: { path: Path; at: LonLat }[], p: XY, reach: number) {
    let best: { path: Path; at: LonLat; distance: number } | null = null
    for (const v of list) {
      const distance = away(b.px(v.at), p)
      if (distance < (best?.distance ?? reach)) best = { ...v, distance }
    }
    return best
  }
  return {
    refresh: () => { if (!held) rest() },
    grab(p) {
      const thing = b.subject()
      const g = geometry()
      if (!thing || !g) return false
      const reach = b.touch() ? 26 : 13
      const v = nearest(vertices(g), p, reach)
      if (v) {
        held = { thing, path: v.path, start: v.at, inserted: false, base: g, z: thing.z_m ? [...thing.z_m] : undefined, now: g, moved: false, others: b.alone() ? [] : partners(b, thing, v.at) }
        return true
      }
      const m = nearest(midpoints(g), p, reach)
      if (!m) {
        chosen = null
        rest()
        return false
      }
      const path = [...m.path.slice(0, -1), m.path[m.path.length - 1] + 1]
      const base = withInserted(g, m.path, m.at)
      held = { thing, path, start: m.at, inserted: true, base, z: heightsAfter(thing.z_m, m.path, 'insert'), now: base, moved: false, others: [] }
      return true
    },
    drag(p) {
      if (!held) return
      const with_ = new Set([held.thing.id, ...held.others.map((o) => o.thing.id)])
      const s = b.snap(p, { but: (layer, id) => layer === held!.thing.layer && with_.has(id) })
      held.now = withVertex(held.base, held.path, s?.at ?? b.at(p))
      held.moved = true
      const to = s?.at ?? b.at(p)
      b.show([
        shape(held.now, 'ghost'), ...held.others.map((o) => shape(withVertex(o.thing.geometry as Editable, o.path, to), 'ghost')), ...marks(held.now, held.path),
        point(to, { kind: 'handle', touch: b.touch() }), ...snapMark(s),
      ])
    },
    async drop() {
      const h = held
      held = null
      if (!h) return
      chosen = h.inserted && !h.moved ? null : h.path
      if (!h.moved || !sound(h.now)) return rest()
      const at = vertices(h.now).find((v) => same(h.path, v.path))!.at
      await b.commit(() => {
        const group = h.others.length ? { group: newID('joint') } : {}
        const steps: Step[] = [changeStep(b.edits(), b.subject() ?? h.thing, { geometry: h.now, z: h.z })]
        if (h.others.length) {
          steps[0] = { do: 'append', edit: { layer: h.thing.layer, op: 'move', id: h.thing.id, geometry: h.now, ...(h.z ? { z_m: h.z } : {}), ...group }, ...seen(b.subject() ?? h.thing) }
          for (const o of h.others) {
            const known = (b.edits() ?? []).some((e) => e.layer === o.thing.layer && e.id === o.thing.id)
            steps.push({
              do: 'append',
              edit: { layer: o.thing.layer, op: 'move', id: o.thing.id, geometry: withVertex(o.thing.geometry as Editable, o.path, at), ...(o.thing.z_m ? { z_m: [...o.thing.z_m] } : {}), ...group },
              ...(known ? {} : seen(o.thing)),
            })
          }
        }
        return { label: labels(words.reshape, b.title(h.thing)), steps, select: null }
      })
      rest()
    },
    letGo() {
      held = null
      rest()
    },
    chosen: () => chosen !== null,
    remove() {
      const thing = b.subject()
      const g = geometry()
      if (!thing || !g || !chosen) return false
      const path = chosen
      const less = without(g, path)
      if (!less || !sound(less)) {
        b.refuse(words.noVertexLess)
        return true
      }
      chosen = null
      void b.commit(() => ({
        label: labels(words.reshape, b.title(thing)), select: null,
        steps: [changeStep(b.edits(), b.subject() ?? thing, { geometry: less, z: heightsAfter(thing.z_m, path, 'delete') })],
      })).then(rest)
      return true
    },
  }
}

function splitMade(b: Bench, words: Words, thing: Thing, parts: NonNullable<ReturnType<typeof splitLine>>): Made & { kept: string[] } {
  const { steps, id, kept } = splitSteps({ layer: thing.layer, id: thing.id, version: thing.version, properties: thing.properties as Record<string, never> }, parts)
  return { label: labels(words.split, b.title(thing)), steps, select: { layer: thing.layer, id }, kept, ...(kept.length ? { said: words.splitKept(kept) } : {}) }
}

/** Cuts a line where it is clicked. */
export function splitLineHand(b: Bench, words: Words): Hand {
  const mine = (t: Thing) => t.layer === b.subject()?.layer && t.id === b.subject()?.id
  const find = (p: XY) => b.snap(p, { only: mine, reach: 20 })
  const rest = (s: Snap | null) => {
    const thing = b.subject()
    b.show(thing ? [shape(thing.geometry, 'target'), ...snapMark(s)] : [])
  }
  return {
    refresh: () => rest(null),
    hover: (p) => rest(p && find(p)),
    async click(p) {
      const thing = b.subject()
      const s = find(p)
      if (!thing || !s) return b.refuse(words.noSplitLine)
      const parts = splitLine(thing.geometry as LineString, s.at, thing.z_m)
      if (!parts) return b.refuse(words.noSplitLine)
      if (await b.commit(() => splitMade(b, words, b.subject() ?? thing, parts))) b.done()
    },
  }
}

/** Cuts an area along a line that was drawn. */
export async function splitAlong(b: Bench, words: Words, cut: LineString): Promise<void> {
  const thing = b.subject()
  const parts = thing && editable(thing.geometry) ? splitArea(thing.geometry, cut) : null
  if (!thing || !parts) return b.refuse(words.noSplitArea)
  if (await b.commit(() => splitMade(b, words, b.subject() ?? thing, parts))) b.done()
}

/** How far from a thing, in pixels, the handle that aims it stands. */
const aimReach = 58

/** Where a direction points to on the screen. */
function aimed(b: Bench, from: LonLat, azimuth: number): LonLat {
  const plane = new Plane(from)
  const ahead = plane.from([Math.sin((azimuth * Math.PI) / 180) * 10, Math.cos((azimuth * Math.PI) / 180) * 10])
  const [p, q] = [b.px(from), b.px(ahead)]
  const size = Math.max(away(p, q), 1e-6)
  return b.at({ x: p.x + ((q.x - p.x) / size) * aimReach, y: p.y + ((q.y - p.y) / size) * aimReach })
}

/** The direction from one place to another, from north over east, in whole degrees. */
export function azimuthOf(from: LonLat, to: LonLat): number {
  const [x, y] = new Plane(from).to(to)
  return (Math.round((Math.atan2(x, y) * 180) / Math.PI) + 360) % 360
}

/** Turns what has a direction by the handle before it. */
export function aimHand(b: Bench, words: Words): Hand {
  let held: { thing: Thing; azimuth: number } | null = null
  const aimable = () => {
    const t = b.subject()
    return t?.geometry.type === 'Point' && 'azimuth_deg' in t.properties && typeof t.properties.azimuth_deg === 'number' ? t : null
  }
  const placeOf = (t: Thing) => (t.geometry as GeoJSON.Point).coordinates as LonLat
  const handle = (t: Thing, azimuth: number) => aimed(b, placeOf(t), azimuth)
  function show(): void {
    const t = aimable()
    if (!t) return b.show([])
    const from = placeOf(t)
    const to = handle(t, held?.azimuth ?? (t.properties.azimuth_deg as number))
    b.show([shape({ type: 'LineString', coordinates: [from, to] }, 'aim'), point(to, { kind: 'handle', touch: b.touch() })])
  }
  return {
    refresh: show,
    grab(p) {
      const t = aimable()
      if (!t || away(b.px(handle(t, t.properties.azimuth_deg as number)), p) > (b.touch() ? 28 : 14)) return false
      held = { thing: t, azimuth: t.properties.azimuth_deg as number }
      return true
    },
    drag(p) {
      if (!held) return
      held.azimuth = azimuthOf(placeOf(held.thing), b.at(p))
      show()
    },
    async drop() {
      const h = held
      if (!h || h.azimuth === h.thing.properties.azimuth_deg) {
        held = null
        return show()
      }
      await b.commit(() => ({
        label: labels(words.aim, b.title(h.thing)), select: null,
        steps: [changeStep(b.edits(), b.subject() ?? h.thing, { set: { azimuth_deg: h.azimuth } })],
      }))
      held = null
      show()
    },
    letGo() {
      held = null
      show()
    },
  }
}
