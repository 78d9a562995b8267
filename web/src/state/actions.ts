// What a user asks for that takes the server: a feature, the ways from a place, a new
// computation. Each keeps only its newest request.
import { type InjectionKey, inject, reactive, ref, shallowRef, type Ref, type ShallowRef, watch } from 'vue'
import { api, type ServerError } from '../api/client'
import type { Advice, Candidates, Change, FullFeature, Layer, LonLat, Why } from '../api/types'
import { distinctTitleOf } from './attributes'
import { tableOf } from './cameras'
import { ofJudgement } from './judgement'
import { ofLook, ofSignal, type SideView } from './section'
import { asServerError } from '../api/transport'
import { type Opened, type Pick, type Store, type Target } from './store'

/** Runs one request at a time: a newer one ends the older. */
export interface Latest<T> {
  value: ShallowRef<T | null>
  failure: ShallowRef<ServerError | null>
  busy: Ref<boolean>
  go: (ask: (signal: AbortSignal) => Promise<T>) => Promise<void>
  stop: () => void
}

export function latest<T>(): Latest<T> {
  const value = shallowRef<T | null>(null)
  const failure = shallowRef<ServerError | null>(null)
  const busy = ref(false)
  let abort = new AbortController()
  function stop(): void {
    abort.abort()
    abort = new AbortController()
    busy.value = false
  }
  async function go(ask: (signal: AbortSignal) => Promise<T>): Promise<void> {
    stop()
    const { signal } = abort
    failure.value = null
    busy.value = true
    try {
      const answer = await ask(signal)
      if (signal.aborted) return
      value.value = answer
    } catch (error) {
      if (signal.aborted) return
      value.value = null
      failure.value = asServerError(error)
    }
    busy.value = false
  }
  return { value, failure, busy, go, stop }
}

export interface Actions {
  feature: Latest<FullFeature>
  /** What the run on show says of the feature, when it is a building. */
  outcome: Latest<FullFeature>
  why: Latest<Why>
  /** The category whose path is drawn strongest. */
  mainWalk: Ref<string | null>
  computing: Latest<true>
  /** The side view of what is open, to the spot. */
  section: Latest<SideView>
  /** A place along that path, in metres from where it begins, looked at in the drawing or on the map. */
  along: ShallowRef<{ at: number; from: 'section' | 'map' } | null>
  /** The cell or camera whose row is under the pointer. */
  inPassing: ShallowRef<Opened | null>
  advice: Latest<Advice[]>
  /** The change that is shown on the map. */
  advised: ShallowRef<Advice | null>
  advise: (candidates: Candidates[], changes: Change[]) => void
  pick: (at: LonLat, picks: Pick[]) => void
  select: (target: Target | null) => void
  /** Takes in the newest state of what is selected. */
  renew: (f: FullFeature) => void
  /** Asks about a place; need is the class of seeing that is wanted there. */
  askWhy: (at: LonLat, need?: string) => void
  compute: () => void
  /** Opens the side view of a path to the spot, or closes it. */
  open: (what: Opened | null) => void
  /** Names by layer/id, as far as they were asked for. */
  names: Map<string, string>
  /** Finds the layer of an id that stands without one; null when no layer holds it. */
  find: (id: string) => Promise<Target | null>
  /** Asks for the name of a feature, once. */
  name: (target: Target) => void
}

export const actionsKey: InjectionKey<Actions> = Symbol('actions')

export function useActions(): Actions {
  const actions = inject(actionsKey)
  if (!actions) throw new Error('the actions were not provided')
  return actions
}

export function createActions(store: Store): Actions {
  const feature = latest<FullFeature>()
  const outcome = latest<FullFeature>()
  const why = latest<Why>()
  const computing = latest<true>()
  const section = latest<SideView>()
  const along = shallowRef<{ at: number; from: 'section' | 'map' } | null>(null)
  const inPassing = shallowRef<Opened | null>(null)
  const advice = latest<Advice[]>()
  const advised = shallowRef<Advice | null>(null)
  const mainWalk = ref<string | null>(null)
  const { ui } = store

  /** The layer of the run on show that says something of a feature under the same id. */
  function resultsFor({ layer }: Target): Layer | null {
    const { id, analysis } = store.run.value ?? {}
    if (!id) return null
    const ofCameras: Record<string, string> = { buildings: 'facades', cameras: 'cameras', [`${id}_cameras`]: 'cameras' }
    const part = analysis === 'cameras' ? ofCameras[layer] : layer === 'buildings' ? 'buildings' : undefined
    const found = part && store.layer(`${id}_${part}`)
    return found && found.count > 0 ? found : null
  }

  function loadSelected(): void {
    feature.value.value = null
    outcome.stop()
    outcome.value.value = null
    const target = ui.selected
    if (!target) return feature.stop()
    void feature.go((signal) => api.feature(target.layer, target.id, signal))
    const results = resultsFor(target)
    if (results) {
      void outcome.go((signal) => api.feature(results.name, target.id, signal)).then(() => {
        outcome.failure.value = null // a building outside the community has no outcome
      })
    }
  }

  const community = () => store.run.value?.community ?? ui.community

  /** The cameras run that places are asked about: a judgement's own is not meant. */
  const camerasRun = () => store.runs.value.find((r) => r.analysis === 'cameras' && !ofJudgement(r.id))

  /** A class that the run on show does not know would be refused. */
  function needed(): string {
    return tableOf(camerasRun()?.params, store.cameraChoices.value)?.classes.some((c) => c.id === ui.need) ? ui.need : ''
  }

  function loadWhy(): void {
    const at = ui.spot
    if (!at || ui.tab !== 'why') return
    void why.go((signal) => api.why(at, ui.profile, community(), needed(), signal)).then(() => {
      const walks = why.value.value?.walks ?? []
      if (store.run.value && store.run.value.analysis !== 'walk') {
        mainWalk.value = null // signals or looks are asked about; a way is drawn when it is chosen
      } else if (!walks.some((w) => w.category === mainWalk.value && w.path)) {
        const wanted = store.run.value?.params.categories?.[0]?.split('/')[0]
        const first = walks.find((w) => w.path && w.category.split('/')[0] === wanted) ?? walks.find((w) => w.path)
        mainWalk.value = first?.category ?? null
      }
    })
  }

  function select(target: Target | null): void {
    ui.selected = target
    if (target) {
      ui.tab = 'feature'
      ui.panel = true
      ui.sheet = ui.sheet === null ? null : 'feature'
    }
  }

  function renew(f: FullFeature): void {
    if (ui.selected?.id !== f.id || feature.busy.value) return
    feature.failure.value = null
    feature.value.value = f
  }

  function pick(at: LonLat, picks: Pick[]): void {
    store.picks.value = picks
    ui.spot = at
    ui.panel = true
    const top = picks.find((p) => !p.ground)
    ui.selected = top ? { layer: top.layer, id: top.id } : null
    // A key point says itself how clearly it must be seen.
    ui.need = /(^|_)keypoints$/.test(top?.layer ?? '') && typeof top?.properties.required_class === 'string' ? top.properties.required_class : ''
    if (ui.tab !== 'why') ui.tab = top ? 'feature' : 'why'
    ui.sheet = ui.tab
  }

  function askWhy(at: LonLat, need = ''): void {
    ui.spot = at
    ui.need = need
    ui.tab = 'why'
    ui.panel = true
    if (ui.sheet) ui.sheet = 'why'
  }

  function open(what: Opened | null): void {
    ui.open = what
  }

  function loadSection(): void {
    along.value = null
    section.value.value = null
    const { open: what, spot } = ui
    if (!what || !spot || ui.tab !== 'why') return section.stop()
    void section.go(async (signal) => {
      if (what.kind === 'cell') return ofSignal(await api.section(what.id, spot, community(), signal))
      return ofLook(await api.cameraSection(what.id, spot, community(), signal), tableOf(camerasRun()?.params, store.cameraChoices.value)?.classes ?? [])
    })
  }

  function advise(candidates: Candidates[], changes: Change[]): void {
    advised.value = null
    void advice.go(async (signal) => (await api.advice({ candidates, changes, community: store.run.value?.community || undefined }, signal)).advice ?? [])
  }

  function computeCameras(): void {
    const { assume, ...question } = ui.cameras
    void computing.go(async (signal) => {
      const made = await api.cameras({ ...question, ...(assume ? { assume } : {}), community: ui.community || undefined }, signal)
      await store.refresh()
      store.choose(made.id)
      return true
    })
  }

  function computeRadio(): void {
    const { assume, calibration, ...question } = ui.radio
    advice.stop()
    advice.value.value = null
    advised.value = null
    void computing.go(async (signal) => {
      const made = await api.radio({
        ...question, ...(assume ? { assume } : {}), ...(calibration ? { calibration } : {}), community: ui.community || undefined,
      }, signal)
      await store.refresh()
      store.choose(made.id)
      return true
    })
  }

  function compute(): void {
    if (store.choice.value?.analysis === 'radio') return computeRadio()
    if (store.choice.value?.analysis === 'cameras') return computeCameras()
    const choice = store.choice.value
    const { profile } = ui
    const wanted = ui.community || undefined
    const { run, preset } = choice ?? {}
    // A run under the default name keeps that name only when no preset is asked for.
    const question = preset && (!run || run.id === `walk_${preset.id}`)
      ? { preset: preset.id }
      : { categories: run?.params.categories, minutes: run?.params.minutes }
    void computing.go(async (signal) => {
      const made = await api.walk({ ...question, profile, community: wanted }, signal)
      await store.refresh()
      ui.choice = made.id
      return true
    })
  }

  const names = reactive(new Map<string, string>())
  const asked = new Set<string>()
  function name(target: Target): void {
    const key = `${target.layer}/${target.id}`
    const layer = store.layer(target.layer)
    if (!layer || asked.has(key)) return
    asked.add(key)
    api.feature(target.layer, target.id).then(
      (f) => names.set(key, distinctTitleOf(layer, f.properties, f.id)),
      () => asked.delete(key), // the row goes by its id
    )
  }

  // An id belongs to an input as a rule: what a note speaks of was drawn by someone.
  const found = new Map<string, Promise<Target | null>>()
  function find(id: string): Promise<Target | null> {
    const known = found.get(id)
    if (known) return known
    const inputs = store.layers.value.filter((l) => !l.run && l.count > 0)
    const search = Promise.all(inputs.map((l) => api.holds(l.name, id))).then((held) => {
      const at = held.indexOf(true)
      return at < 0 ? null : { layer: inputs[at].name, id }
    })
    found.set(id, search)
    search.catch(() => found.delete(id))
    return search
  }

  watch(() => [ui.selected, store.run.value] as const, loadSelected, { immediate: true })
  watch(() => [ui.spot, ui.tab, ui.profile, ui.need, store.run.value] as const, loadWhy, { immediate: true })
  watch(() => [ui.open, ui.spot, ui.tab, store.run.value] as const, loadSection, { immediate: true })
  watch(() => store.run.value, () => {
    advice.stop()
    advice.value.value = null
    advised.value = null
  })

  return { feature, outcome, why, mainWalk, computing, section, along, inPassing, advice, advised, advise, open, pick, select, renew, askWhy, compute, names, name, find }
}
