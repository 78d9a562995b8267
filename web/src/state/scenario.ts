// The scenario that is open: what it is, what it comes to, the acts on it and how to take
// them back. Everything else on the page reads the workspace as this scenario makes it.
import { computed, type ComputedRef, inject, type InjectionKey, nextTick, ref, type Ref, shallowRef, watch } from 'vue'
import { read, type ServerError } from '../api/client'
import { type Edit, type Live, type PaletteEntry, type Scenario, type ScenarioHead, scenarios as server, type Step } from '../api/scenario'
import type { Text } from '../api/types'
import { type Latest, latest } from './actions'
import type { Judging } from './judging'
import { type Act, ordered, type Planned, renumber, seen, type Taken, taken } from './scenarioacts'
import { asServerError } from '../api/transport'
import { type Store } from './store'

export interface ScenarioState {
  active: Ref<Scenario | null>
  live: Ref<Live | null>
  busy: Ref<boolean>
  palette: Ref<PaletteEntry[]>
  open(id: string | null): Promise<void>
  create(name: string): Promise<void>
  /** One act of the user: posted as one batch, undoable as one. Tells whether it was taken; failure says why not. */
  act(label: Text, steps: Step[]): Promise<boolean>
  undo(): Promise<void>
  redo(): Promise<void>
  canUndo: ComputedRef<boolean>
  canRedo: ComputedRef<boolean>
  /** What undo and redo would take back or do again. */
  undoLabel: ComputedRef<Text | null>
  redoLabel: ComputedRef<Text | null>
  /** The id of an entry of the palette, 'select', 'split'; null for none. */
  tool: Ref<string | null>
  editing: Ref<boolean>
  /** May be edited as it stands. */
  editable: ComputedRef<boolean>
  /** Why the last act was refused. */
  failure: Ref<ServerError | null>
}

export interface Notice {
  text: Text
  kind: 'said' | 'refused'
}

export interface Scenarios extends ScenarioState {
  list: Ref<ScenarioHead[]>
  listing: Latest<true>
  /** Computing what the scenario comes to. */
  measuring: Latest<Live>
  /** Who the user says they are; kept in the browser. */
  author: Ref<string>
  /** What happened that the user did not do, or could not. */
  notice: Ref<Notice | null>
  /** Counts what changed the scenario, so that what hangs on it is read again. */
  turn: Ref<number>
  /** Reads a scenario before the first map, so that this is of it; false when there is none of that id. */
  begin(id: string): Promise<boolean>
  /** Works out what it comes to, once the first map stands. */
  begun(): void
  readList(): void
  /** Takes in a scenario that the server gave back, and reads again what depends on it. */
  take(scenario: Scenario): Promise<void>
  /** Changes the record of a scenario, and not what it holds. */
  record(work: () => Promise<Scenario>): Promise<boolean>
  /** Works out again what it comes to. */
  measure(): Promise<void>
  dismiss(): void
}

export const scenarioKey: InjectionKey<Scenarios> = Symbol('scenario')

export function useScenarios(): Scenarios {
  const state = inject(scenarioKey)
  if (!state) throw new Error('scenarios were not provided')
  return state
}

interface History {
  done: Act[]
  undone: Act[]
  /** Versions of edits that this session wrote last. */
  versions: Map<number, number>
  /** Where edits stand among those of their feature: see ordered. */
  ranks: Map<number, number>
}

const authorKey = 'yiju-author'
/** As long as nobody signs in. */
const nobody = 'local'

function rememberedAuthor(): Ref<string> {
  let name: string | null = null
  try { name = localStorage.getItem(authorKey) } catch { /* private windows may refuse */ }
  const author = ref(name || nobody)
  watch(author, (v) => { try { localStorage.setItem(authorKey, v) } catch { /* kept for this page only */ } })
  return author
}

export const closedStates: readonly string[] = ['adopted', 'archived']

export function createScenarios(store: Store, judging: Pick<Judging, 'ready' | 'readAgain'>): Scenarios {
  const { judged } = store
  const active = shallowRef<Scenario | null>(null)
  const live = shallowRef<Live | null>(null)
  const list = shallowRef<ScenarioHead[]>([])
  const palette = shallowRef<PaletteEntry[]>([])
  const listing = latest<true>()
  const measuring = latest<Live>()
  const failure = shallowRef<ServerError | null>(null)
  const notice = shallowRef<Notice | null>(null)
  const author = rememberedAuthor()
  const tool = ref<string | null>(null)
  const editing = ref(false)
  const waiting = ref(0)
  const turn = ref(0)
  const histories = shallowRef<ReadonlyMap<string, History>>(new Map())

  const historyOf = (id: string): History => histories.value.get(id) ?? { done: [], undone: [], versions: new Map(), ranks: new Map() }
  const history = computed(() => historyOf(active.value?.id ?? ''))
  function remember(id: string, next: History): void {
    histories.value = new Map(histories.value).set(id, next)
  }
  const editable = computed(() => {
    const s = active.value
    return !!s && !closedStates.includes(s.state) && (s.may_edit || s.author === author.value)
  })

  const question = () => ({ community: judged.community.value || undefined, profile: judged.ui.profile || undefined })
  const isOf = (l: Live, id: string) => l.scenario === id && l.profile === judged.ui.profile

  function readList(): void {
    void listing.go(async (signal) => {
      list.value = (await server.list(signal)).scenarios ?? []
      return true
    })
  }

  // What the map and the lists show is read again after each change; changes that come
  // meanwhile are read once, when the reading at hand is done.
  let reading: Promise<void> | null = null
  let again = false
  function readAgain(): Promise<void> {
    if (reading) {
      again = true
      return reading
    }
    reading = (async () => {
      do {
        again = false
        await store.refresh()
        if (judged.known.value) await judging.readAgain()
      } while (again)
    })().finally(() => { reading = null })
    return reading
  }

  async function measure(): Promise<void> {
    const { id } = active.value ?? {}
    if (!id) return
    await judging.ready()
    await nextTick() // by now a standard is chosen
    if (active.value?.id !== id || !judged.ui.profile) return
    await measuring.go((signal) => server.live(id, question(), signal))
    const found = measuring.value.value
    const newer = live.value && isOf(live.value, id) && found && live.value.version > found.version
    if (found && active.value?.id === id && isOf(found, id) && !newer) live.value = found
  }

  /** The live session makes its results at first. */
  async function measureFirst(): Promise<void> {
    try {
      await measure()
      await readAgain()
    } catch (error) {
      failure.value = asServerError(error)
    }
  }

  let unfollow: (() => void) | null = null
  function follow(id: string): void {
    unfollow?.()
    unfollow = server.follow(id, (event) => void othersChanged(id, event), () => {
      if (active.value?.id === id) void readAgain().catch((error: unknown) => { failure.value = asServerError(error) })
    })
  }
  async function othersChanged(id: string, event: { version: number; author: string }): Promise<void> {
    await queue // an edit of one's own that is under way comes back here as well
    if (active.value?.id !== id || event.version <= active.value.version) return
    try {
      const fresh = await server.get(id)
      if (active.value?.id !== id || fresh.version <= active.value.version) return
      const who = event.author || nobody
      notice.value = { kind: 'said', text: { zh: `${who} 刚刚修改了这个方案，已更新`, en: `${who} just edited this scenario; it is up to date` } }
      await take(fresh)
    } catch (error) {
      failure.value = asServerError(error)
    }
  }

  async function readPalette(): Promise<void> {
    if (palette.value.length) return
    try {
      palette.value = (await server.palette()).entries ?? []
    } catch (error) {
      failure.value = asServerError(error)
    }
  }

  function enter(scenario: Scenario | null): void {
    unfollow?.()
    unfollow = null
    measuring.stop()
    active.value = scenario
    live.value = null
    failure.value = null
    notice.value = null
    tool.value = null
    editing.value = false
    read(scenario?.id ?? '')
    if (scenario) follow(scenario.id)
  }

  async function begin(id: string): Promise<boolean> {
    try {
      enter(await server.get(id))
      void readPalette()
      return true
    } catch (error) {
      failure.value = asServerError(error)
      return false
    }
  }

  async function open(id: string | null): Promise<void> {
    if (id === (active.value?.id ?? null)) return
    waiting.value++
    try {
      enter(id === null ? null : await server.get(id))
      turn.value++
      if (id !== null) void readPalette()
      await readAgain()
      if (id !== null) void measureFirst()
    } catch (error) {
      failure.value = asServerError(error)
    } finally {
      waiting.value--
    }
  }

  async function create(name: string): Promise<void> {
    waiting.value++
    try {
      const made = await server.create({ name, author: author.value })
      readList()
      await open(made.id)
    } catch (error) {
      failure.value = asServerError(error)
    } finally {
      waiting.value--
    }
  }

  async function take(scenario: Scenario): Promise<void> {
    active.value = scenario
    turn.value++
    await measure()
    await readAgain()
  }

  const editsOf = (s: Scenario | null): Edit[] => s?.edits ?? []

  /** Versions of what these steps wrote, as the server numbers them now. */
  function written(steps: readonly Planned[], seqs: readonly number[], after: Scenario, known: ReadonlyMap<number, number>): Map<number, number> {
    const touched = new Set([...seqs, ...steps.flatMap((s) => ('seqs' in s ? s.seqs : []))])
    const out = new Map(known)
    for (const e of editsOf(after)) if (touched.has(e.seq)) out.set(e.seq, e.version)
    return out
  }

  /** Posts what is meant; gives what takes it back, and the numbers that changed. */
  async function post(id: string, meant: Planned[]): Promise<Taken> {
    const before = editsOf(active.value)
    const { versions, ranks } = historyOf(id)
    const steps = ordered(meant, before, ranks)
    const answer = await server.edit(id, { author: author.value, ...question(), steps: seen(steps, versions) })
    const seqs = answer.seqs ?? []
    const came = taken(meant, steps, before, seqs, ranks)
    remember(id, { ...historyOf(id), versions: written(steps, seqs, answer.scenario, versions), ranks: came.ranks })
    if (active.value?.id === id) {
      active.value = answer.scenario
      turn.value++
      if (answer.live) live.value = answer.live
      else void measure()
      void readAgain().catch((error: unknown) => { failure.value = asServerError(error) })
    }
    return came
  }

  // One act after the other: each is worked out from what the one before left.
  let queue: Promise<unknown> = Promise.resolve()
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    waiting.value++
    const mine = queue.then(work).finally(() => { waiting.value-- })
    queue = mine.catch(() => undefined)
    return mine
  }

  function act(label: Text, steps: Step[]): Promise<boolean> {
    return inTurn(async () => {
      const { id } = active.value ?? {}
      if (!id || !steps.length) return false
      failure.value = null
      try {
        const { back } = await post(id, steps)
        remember(id, { ...historyOf(id), done: [...historyOf(id).done, { label, steps: back }], undone: [] })
        return true
      } catch (error) {
        await refused(id, error)
        return false
      }
    })
  }

  function record(work: () => Promise<Scenario>): Promise<boolean> {
    return inTurn(async () => {
      failure.value = null
      try {
        const scenario = await work()
        if (active.value?.id === scenario.id) active.value = scenario
        turn.value++
        readList()
        return true
      } catch (error) {
        failure.value = asServerError(error)
        return false
      }
    })
  }

  /** What was refused stays undone; where another was first, what they made is shown. */
  async function refused(id: string, error: unknown): Promise<void> {
    failure.value = asServerError(error)
    if (failure.value.code !== 'conflict') return
    try {
      const fresh = await server.get(id)
      if (active.value?.id === id && fresh.version > active.value.version) await take(fresh)
    } catch {
      // The refusal is what matters.
    }
  }

  function turnBack(from: 'done' | 'undone', to: 'done' | 'undone'): Promise<void> {
    return inTurn(async () => {
      const { id } = active.value ?? {}
      const last = id ? historyOf(id)[from].at(-1) : undefined
      if (!id || !last) return
      failure.value = null
      const rest = { ...historyOf(id), [from]: historyOf(id)[from].slice(0, -1) }
      try {
        const { back, numbers } = await post(id, last.steps)
        const h = { ...rest, versions: historyOf(id).versions, ranks: historyOf(id).ranks }
        remember(id, {
          ...h, done: h.done.map((a) => renumber(a, numbers)), undone: h.undone.map((a) => renumber(a, numbers)),
          [to]: [...h[to].map((a) => renumber(a, numbers)), { label: last.label, steps: back }],
        })
      } catch (error) {
        const fault = asServerError(error)
        if (fault.code === 'conflict') {
          remember(id, rest) // it can never be taken back as it was
          notice.value = {
            kind: 'refused',
            text: { zh: `没有撤销“${last.label.zh}”：别人随后改了同一要素，两边的修改都保留`, en: `“${last.label.en}” was not taken back: someone changed the same feature since, and both edits are kept` },
          }
        }
        await refused(id, error)
        if (fault.code === 'conflict') failure.value = null
      }
    })
  }

  // Another profile or community asks for other values.
  watch(() => [judged.ui.profile, judged.community.value], () => {
    const l = live.value
    if (l && (l.profile !== judged.ui.profile || l.community !== judged.community.value)) void measure()
  })

  return {
    active, live, list, listing, measuring, palette, failure, notice, author, tool, editing, editable, turn,
    busy: computed(() => waiting.value > 0) as unknown as Ref<boolean>,
    open, create, act, begin, begun: () => { if (active.value) void measureFirst() }, readList, take, record, measure,
    undo: () => turnBack('done', 'undone'),
    redo: () => turnBack('undone', 'done'),
    canUndo: computed(() => history.value.done.length > 0),
    canRedo: computed(() => history.value.undone.length > 0),
    undoLabel: computed(() => history.value.done.at(-1)?.label ?? null),
    redoLabel: computed(() => history.value.undone.at(-1)?.label ?? null),
    dismiss: () => { notice.value = null; failure.value = null },
  }
}

