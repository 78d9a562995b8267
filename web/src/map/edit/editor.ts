// Editing a scenario on the map: which tool is in hand, what it works on, what it says,
// and the acts that come of it. The map is attached when it stands.
import { computed, type ComputedRef, inject, type InjectionKey, nextTick, reactive, ref, type Ref, shallowRef, type ShallowRef, watch } from 'vue'
import type { LineString } from 'geojson'
import { api, apiOf } from '../../api/client'
import type { Step } from '../../api/scenario'
import type { Extent, LonLat, Scalar, Shape as ShapeName, Text } from '../../api/types'
import { lang } from '../../i18n'
import type { Actions } from '../../state/actions'
import { titleOf } from '../../state/attributes'
import type { Scenarios } from '../../state/scenario'
import { asServerError } from '../../api/transport'
import { type Pick, type Store } from '../../state/store'
import type { MapController } from '../controller'
import { basesOf, changeStep, deleteSteps, drawnEdits, siblings } from './changes'
import { isClosed, isWall, type Refused, type Thing } from './gate'
import { editable } from './geometry'
import {
  aimHand, type Bench, type Hand, type Mark, moveHand, pickHand, placeHand, snapMark, snapping, splitAlong, splitLineHand, verticesHand, type Words,
} from './hands'
import { listen } from './input'
import { boxAround, canEdit, Nearby, squaresOf, thingOf } from './nearby'
import { draw, type Entry, type Ground, isPicking, leastPoints, type Made, needs } from './recipe'
import { around, type Shape, type Snap, snap, snapReach, type XY } from './snap'
import { Sketch } from './sketch'
import { both, plain, sentence } from './words'

export interface Message {
  kind: 'said' | 'refused'
  text: Text
}

/** The tools that are no entry of the palette. */
export const plainTools = ['select', 'move', 'vertices', 'split'] as const

export interface Editor {
  /** The scenario that is open is being edited. */
  on: ComputedRef<boolean>
  entries: ComputedRef<Entry[]>
  tool: ComputedRef<string>
  entry: ComputedRef<Entry | null>
  /** How the entry in hand is drawn, where it may be drawn in several ways. */
  shape: Ref<ShapeName>
  /** What is selected and can be edited, in full. */
  subject: ShallowRef<Thing | null>
  saving: Ref<boolean>
  /** How many points of a drawing are placed. */
  points: Ref<number>
  /** How many it takes. */
  least: ComputedRef<number>
  message: ShallowRef<Message | null>
  snapped: ShallowRef<Snap | null>
  /** Too far away to snap to anything. */
  far: Ref<boolean>
  cursor: ShallowRef<XY | null>
  touch: Ref<boolean>
  vertexChosen: Ref<boolean>
  chooser: ShallowRef<{ at: XY; picks: Pick[] } | null>
  /** Attributes that are to be filled in first, of what was just placed. */
  ask: ShallowRef<{ id: string; names: string[] } | null>
  marks: ShallowRef<Mark[]>
  edits: ComputedRef<GeoJSON.Feature[]>
  title: (thing: Thing) => Text
  choose: (tool: string) => void
  finish: () => void
  back: () => void
  cancel: () => void
  remove: () => void
  removeVertex: () => void
  undo: () => Promise<void>
  redo: () => Promise<void>
  /** Changes attributes of the subject, and of others of its group when asked to. */
  change: (set: Record<string, Scalar>, withSiblings: boolean) => Promise<boolean>
  siblings: ComputedRef<string[]>
  attach: (map: MapController) => void
  detach: () => void
}

export const editorKey: InjectionKey<Editor> = Symbol('editor')

export function useEditor(): Editor {
  const editor = inject(editorKey)
  if (!editor) throw new Error('the editor was not provided')
  return editor
}

/** Layers that nothing is snapped to: they are background. */
const ground = new Set(['communities', 'terrain', 'measurements'])

export function createEditor(store: Store, actions: Actions, scenarios: Scenarios): Editor {
  const { ui } = store
  const map = shallowRef<MapController | null>(null)
  const subject = shallowRef<Thing | null>(null)
  const message = shallowRef<Message | null>(null)
  const snapped = shallowRef<Snap | null>(null)
  const marks = shallowRef<Mark[]>([])
  const pending = shallowRef<GeoJSON.Feature[]>([])
  const cursor = shallowRef<XY | null>(null)
  const chooser = shallowRef<{ at: XY; picks: Pick[] } | null>(null)
  const ask = shallowRef<{ id: string; names: string[] } | null>(null)
  const bases = reactive(new Map<string, GeoJSON.Geometry | null>())
  const shape = ref<ShapeName>('point')
  const points = ref(0)
  const working = ref(0)
  const far = ref(false)
  const touch = ref(matchMedia('(pointer: coarse)').matches)
  const vertexChosen = ref(false)
  let alone = false

  const on = computed(() => scenarios.editing.value && scenarios.editable.value && !!scenarios.active.value)
  const entries = computed(() => scenarios.palette.value as Entry[])
  const tool = computed(() => scenarios.tool.value ?? 'select')
  const entry = computed(() => entries.value.find((e) => e.id === tool.value) ?? null)
  const least = computed(() => leastPoints(entry.value, entry.value ? shape.value : 'line'))
  const edits = computed(() => (scenarios.active.value
    ? [...drawnEdits(scenarios.active.value, (layer, id) => bases.get(`${layer}/${id}`)), ...pending.value] : []))

  const say_ = (text: Text | null) => { message.value = text && { kind: 'said', text } }
  const refuse = (text: Text) => { message.value = { kind: 'refused', text } }

  function title(thing: Thing): Text {
    const layer = store.layer(thing.layer)
    if (typeof thing.properties.name === 'string' && thing.properties.name) return plain(thing.properties.name)
    if (!layer) return plain(thing.id)
    const kind = titleOf(layer, thing.properties, thing.id)
    return { zh: lang.value === 'zh' ? kind : layer.title.zh, en: lang.value === 'en' ? kind : layer.title.en }
  }

  // ---- what is around --------------------------------------------------------
  const version = (layer: string) => {
    const l = store.layer(layer)
    return `${store.reading.value}:${l?.tile_version ?? l?.changed ?? ''}`
  }
  const nearby = new Nearby((layer, q) => api.features(layer, q), version)
  watch(store.reading, () => nearby.clear())
  const there = (name: string) => (store.layer(name)?.count ?? 0) > 0

  const snapLayers = computed(() => {
    const visible = store.layers.value.filter((l) => canEdit(l) && l.count > 0 && store.visible.value.has(l.name) && !ground.has(l.name)).map((l) => l.name)
    const needed = entry.value ? needs(entry.value).filter(there) : []
    const own = subject.value && tool.value !== 'select' ? [subject.value.layer] : []
    return [...new Set([...visible, ...needed, ...own, ...(entry.value && there(entry.value.layer) ? [entry.value.layer] : [])])]
  })
  function viewBox(): Extent | null {
    const b = map.value?.gl.getBounds()
    return b ? [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()] : null
  }
  /** Reads what can be snapped to in the view, as soon as something is in hand. */
  async function readAround(): Promise<void> {
    const box = viewBox()
    if (!box || !on.value || tool.value === 'select') return
    far.value = squaresOf(box) === null
    try {
      await nearby.want(snapLayers.value, box)
      hand.value?.refresh?.()
    } catch (error) {
      refuse(asServerError(error).text)
    }
  }
  watch(() => [on.value, tool.value, snapLayers.value.join(), snapLayers.value.map(version).join()], () => void readAround())

  const aroundGate = () => ({ barriers: nearby.of('barriers'), compounds: nearby.of('compounds'), ways: nearby.of('ways'), buildings: nearby.of('buildings') })
  const isGateGround = (s: Shape) => {
    const thing = s as Thing
    return thing.layer === 'barriers' ? isWall(thing) : thing.layer === 'compounds' && isClosed(thing)
  }

  const bench: Bench = {
    px: (at) => map.value!.gl.project(at),
    at: (p) => {
      const { lng, lat } = map.value!.gl.unproject([p.x, p.y])
      return [lng, lat]
    },
    snap(p, { only, ...wanted } = {}) {
      if (!map.value || alone) return snapped.value = null
      const at = bench.at(p)
      const reach = (wanted.reach ?? snapReach) * (touch.value ? 1.6 : 1)
      const margin = reach * map.value.degreesPerPixel() * 1.5
      const shapes = around((only ? [...new Set([...snapLayers.value, 'barriers', 'compounds'])] : snapLayers.value).flatMap((l) => nearby.of(l)), at, margin)
      return snapped.value = snap(only ? shapes.filter((s) => only(s as Thing)) : shapes, p, { ...wanted, reach, project: bench.px })
    },
    things: (layer) => nearby.of(layer),
    async ground(entry, at): Promise<Ground> {
      const wanted = needs(entry).filter(there)
      if (wanted.length) await nearby.want(wanted, boxAround(at, 170))
      return { ...aroundGate(), entrances: nearby.of('entrances') }
    },
    fresh: async (layer, id) => thingOf(layer, await api.feature(layer, id)),
    subject: () => subject.value,
    title,
    edits: () => scenarios.active.value?.edits,
    touch: () => touch.value,
    alone: () => alone,
    show: (list) => { marks.value = list },
    refuse,
    commit,
    done: () => choose('select'),
  }
  const fieldTitles = (layer: string | undefined, names: string[]): Text => {
    const of = (name: string) => store.layer(layer ?? '')?.fields?.find((f) => f.name === name)?.title ?? plain(name)
    return { zh: names.map((n) => of(n).zh).join('、'), en: names.map((n) => of(n).en).join(', ') }
  }
  const words: Words = {
    move: sentence('didMove'), reshape: sentence('didReshape'), split: sentence('didSplit'), aim: sentence('didAim'),
    noVertexLess: both('noVertexLess'), noSplitLine: both('noSplitLine'), noSplitArea: both('noSplitArea'),
    splitKept: (names) => both('splitKept', fieldTitles(subject.value?.layer, names)),
  }

  // ---- acts ------------------------------------------------------------------
  // One after the other: each is worked out from what those before it left.
  let queue: Promise<unknown> = Promise.resolve()
  function commit(build: () => Made | Refused): Promise<boolean> {
    const mine = queue.then(() => doCommit(build))
    queue = mine.catch(() => undefined)
    return mine
  }
  async function doCommit(build: () => Made | Refused): Promise<boolean> {
    const made = build()
    if ('refused' in made) {
      refuse(made.refused)
      return false
    }
    message.value = null
    const drawn = pendingOf(made.steps)
    pending.value = [...pending.value, ...drawn]
    working.value++
    try {
      if (!(await scenarios.act(made.label, made.steps))) {
        refuse(both('notSaved', scenarios.failure.value?.text ?? plain('')))
        return false
      }
      if (made.select) await settle(made.select)
      else await readSubject()
      if (made.said) say_(made.said)
      return true
    } finally {
      working.value--
      pending.value = pending.value.filter((f) => !drawn.includes(f))
    }
  }

  /** What steps will bring, drawn until the server has it. */
  function pendingOf(steps: readonly Step[]): GeoJSON.Feature[] {
    return steps.flatMap((s): GeoJSON.Feature[] => {
      if (s.do !== 'append' && s.do !== 'replace') return []
      const { op, layer, id = '', feature, geometry } = s.edit
      const shown = op === 'add' ? feature?.geometry : op === 'delete' ? nearby.of(layer).find((t) => t.id === id)?.geometry ?? (subject.value?.id === id ? subject.value.geometry : null) : geometry
      return shown ? [{ type: 'Feature', geometry: shown, properties: { op: op === 'add' ? 'added' : op === 'delete' ? 'deleted' : 'changed', layer, id } }] : []
    })
  }

  /** Looks at what was just made. */
  async function settle(target: { layer: string; id: string }): Promise<void> {
    const made = entry.value
    ask.value = made?.ask?.length && (made.op ?? 'add') !== 'delete' ? { id: target.id, names: made.ask } : null
    choose('select')
    actions.select(target)
    if (matchMedia('(max-width: 720px)').matches && ask.value) ui.sheet = 'feature'
    await readSubject()
  }

  async function change(set: Record<string, Scalar>, withSiblings: boolean): Promise<boolean> {
    const thing = subject.value
    if (!thing) return false
    return commit(() => {
      const now = subject.value ?? thing
      const list = scenarios.active.value?.edits
      const others = withSiblings ? siblings(list, now) : []
      // What makes each of a group itself is its own.
      const { azimuth_deg: _, name: __, ...shared } = set
      return {
        label: both('didChange', title(now)), select: null,
        steps: [changeStep(list, now, { set }), ...(Object.keys(shared).length ? others.map((id) => changeStep(list, { layer: now.layer, id }, { set: shared })) : [])],
      }
    })
  }

  function remove(): void {
    const thing = subject.value
    if (!thing) return
    const name = title(thing)
    void commit(() => ({ label: both('labelDelete', name), steps: deleteSteps(scenarios.active.value?.edits, subject.value ?? thing), select: null, said: both('didDelete', name) })).then((ok) => {
      if (!ok) return
      actions.select(null)
      choose('select')
      say_(both('didDelete', name))
    })
  }

  const turn = async (act: () => Promise<void>, said: Text) => {
    hand.value?.letGo?.()
    message.value = null
    await act()
    await readSubject()
    if (!scenarios.failure.value) say_(said)
  }

  // ---- what is selected ------------------------------------------------------
  let asked = 0
  async function readSubject(): Promise<void> {
    const target = ui.selected
    const mine = ++asked
    if (!on.value || !target || !canEdit(store.layer(target.layer))) {
      subject.value = null
      return
    }
    try {
      const f = await api.feature(target.layer, target.id)
      if (mine !== asked) return
      subject.value = thingOf(target.layer, f)
      actions.renew(f)
      hand.value?.refresh?.()
    } catch {
      if (mine === asked) subject.value = null // the panel says why
    }
  }
  watch(() => [on.value, ui.selected, store.reading.value] as const, () => {
    const target = ui.selected
    if (subject.value && (subject.value.id !== target?.id || subject.value.layer !== target?.layer)) subject.value = null
    if (target && ask.value?.id !== target.id) ask.value = null
    if (tool.value !== 'select' && plainTools.some((p) => p === tool.value)) choose('select')
    void readSubject()
  }, { immediate: true })
  // What an undo takes away is no longer selected; what others change is read again.
  watch(scenarios.active, (now, before) => {
    const target = ui.selected
    if (!now || now.id !== before?.id || !target || now.hash === before.hash) return
    const of = (s: typeof now) => s.touched?.find((x) => x.layer === target.layer && x.id === target.id)?.op
    if (of(now) === 'deleted' || (of(before) === 'added' && !of(now))) {
      subject.value = null
      ui.selected = null
    } else if (!working.value) void readSubject()
  })

  // ---- what is drawn of the scenario -------------------------------------------
  const base = apiOf(() => '')
  watch(() => scenarios.active.value, async (s, before) => {
    if (s?.id !== before?.id || s?.base !== before?.base) bases.clear()
    for (const { layer, id } of s ? basesOf(s) : []) {
      const key = `${layer}/${id}`
      if (bases.has(key)) continue
      bases.set(key, null)
      const known = nearby.of(layer).find((thing) => thing.id === id)
      if (known && !before?.touched?.some((x) => x.layer === layer && x.id === id)) {
        bases.set(key, known.geometry) // as it was a moment ago
        continue
      }
      try {
        if (await base.holds(layer, id)) bases.set(key, (await base.feature(layer, id)).geometry)
      } catch {
        bases.delete(key) // drawn when it can be read
      }
    }
  }, { immediate: true })

  // ---- tools -------------------------------------------------------------------
  const hand = shallowRef<Hand | null>(null)
  let sketch: Sketch | null = null
  const sketching = () => !!sketch?.active

  function endHand(): void {
    hand.value?.letGo?.()
    hand.value = null
    sketch?.end()
    snapped.value = null
    marks.value = []
    vertexChosen.value = false
  }

  /** Takes up the tool that is chosen. */
  function takeUp(): void {
    endHand()
    const m = map.value
    if (!m) return
    m.held = on.value && tool.value !== 'select'
    const canvas = m.gl.getCanvas()
    canvas.style.cursor = m.held ? 'crosshair' : ''
    if (m.held) m.gl.doubleClickZoom.disable()
    else m.gl.doubleClickZoom.enable()
    if (!on.value) return
    const e = entry.value
    const thing = subject.value
    if (e && isPicking(e)) hand.value = pickHand(bench, e, both('nothingHere'))
    else if (e && shape.value === 'point') hand.value = placeHand(bench, e, isGateGround, both('hintWall'))
    else if (e) void sketch?.begin(shape.value === 'line' ? 'linestring' : 'polygon')
    else if (tool.value === 'move') hand.value = moveHand(bench, words)
    else if (tool.value === 'vertices') hand.value = verticesHand(bench, words)
    else if (tool.value === 'split' && thing?.geometry.type === 'LineString') hand.value = splitLineHand(bench, words)
    else if (tool.value === 'split' && thing) void sketch?.begin('linestring')
    else hand.value = aimHand(bench, words)
    hand.value?.refresh?.()
    if (cursor.value) hand.value?.hover?.(cursor.value)
  }
  watch(() => [on.value, tool.value, shape.value, map.value], takeUp)
  watch(subject, () => hand.value?.refresh?.())
  watch(marks, () => { vertexChosen.value = hand.value?.chosen?.() ?? false })

  async function sketched(geometry: GeoJSON.LineString | GeoJSON.Polygon): Promise<void> {
    const e = entry.value
    if (!e) return splitAlong(bench, words, geometry as LineString)
    const middle = (geometry.type === 'LineString' ? geometry.coordinates[0] : geometry.coordinates[0][0]) as LonLat
    const around = await bench.ground(e, middle)
    await commit(() => draw(e, geometry, around))
  }

  function choose(name: string): void {
    message.value = null
    chooser.value = null
    const next = entries.value.find((e) => e.id === name)
    if (next) shape.value = next.shape
    if (name === 'split' && subject.value && !['LineString', 'Polygon', 'MultiPolygon'].includes(subject.value.geometry.type)) return refuse(both('noSplitHere'))
    scenarios.tool.value = name
  }

  function cancel(): void {
    if (sketch?.cancel()) return
    if (tool.value !== 'select') return choose('select')
    chooser.value = null
    if (ui.selected) ui.selected = null
  }

  function removeVertex(): void {
    hand.value?.remove?.()
  }

  // ---- the map -------------------------------------------------------------------
  let stop: (() => void) | null = null
  function attach(m: MapController): void {
    map.value = m
    sketch = new Sketch(m.gl, {
      snap: (p) => {
        const e = entry.value
        const found = bench.snap(p, snapping(e, isGateGround))
        marks.value = [...(tool.value === 'split' && subject.value && editable(subject.value.geometry) ? [{ type: 'Feature', geometry: subject.value.geometry, properties: { kind: 'target' } } as Mark] : []), ...snapMark(found)]
        return found
      },
      done: (geometry) => void sketched(geometry),
      changed: (count) => { points.value = count },
    })
    stop = listen(m.gl, {
      on: () => on.value,
      hand: () => hand.value,
      sketching,
      select: (p) => {
        const { lng, lat } = m.gl.unproject([p.x, p.y])
        actions.pick([lng, lat], m.picksAt(p))
      },
      choose: (p) => {
        const picks = m.picksAt(p).filter((k) => canEdit(store.layer(k.layer)))
        if (tool.value === 'select' && picks.length) chooser.value = { at: p, picks }
      },
      finish: () => sketch?.finish(least.value) ?? false,
      back: () => sketch?.back() ?? false,
      escape: cancel,
      remove: () => { if (!hand.value?.remove?.()) remove() },
      cursor: (p) => { cursor.value = p },
      touched: (yes) => { touch.value = yes },
      alone: (yes) => { alone = yes },
    })
    m.gl.on('moveend', () => void readAround())
    m.gl.on('move', () => { if (tool.value !== 'vertices' || !sketching()) hand.value?.refresh?.() })
    window.addEventListener('keydown', keys)
    void nextTick(takeUp)
  }
  function detach(): void {
    stop?.()
    sketch?.end()
    sketch = null
    window.removeEventListener('keydown', keys)
    map.value = null
  }

  function keys(e: KeyboardEvent): void {
    if (!scenarios.editable.value || !(e.ctrlKey || e.metaKey) || e.altKey) return
    const target = e.target as HTMLElement | null
    if (target && (/^(TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable || (target.tagName === 'INPUT' && !['checkbox', 'radio', 'range', 'button'].includes((target as HTMLInputElement).type)))) return
    const key = e.key.toLowerCase()
    if (key === 'z' && !e.shiftKey) {
      if (sketch?.back()) e.preventDefault()
      else if (scenarios.canUndo.value) void editor.undo()
      else return
    } else if (key === 'y' || (key === 'z' && e.shiftKey)) {
      if (!scenarios.canRedo.value) return
      void editor.redo()
    } else return
    e.preventDefault()
  }

  const editor: Editor = {
    on, entries, tool, entry, shape, subject, points, least, message, snapped, far, cursor, touch, vertexChosen, chooser, ask, marks, edits, title, choose, cancel, remove, removeVertex, change,
    attach, detach,
    saving: computed(() => working.value > 0) as unknown as Ref<boolean>,
    siblings: computed(() => (subject.value ? siblings(scenarios.active.value?.edits, subject.value) : [])),
    finish: () => { sketch?.finish(least.value) },
    back: () => { sketch?.back() },
    undo: () => turn(scenarios.undo, both('didUndo')),
    redo: () => turn(scenarios.redo, both('didRedo')),
  }
  return editor
}
