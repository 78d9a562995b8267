// What the app knows and what it shows: one reactive object and the acts on it.
import { computed, type ComputedRef, type InjectionKey, inject, reactive, ref, type Ref, shallowRef } from 'vue'
import { api, ServerError } from '../api/client'
import type { Layer, LonLat, Preset, Profile, Run, Workspace } from '../api/types'
import { lang, say } from '../i18n'
import { bands } from '../map/looks/walk'
import { lookOf } from '../map/style'
import { type LabelPoints, labelPoints, laterLabelPoints } from './labels'
import type { Tab, View } from './permalink'

export interface Target {
  layer: string
  id: string
}

/** One thing under a click, as the tile tells it. */
export interface Pick extends Target {
  properties: Record<string, unknown>
  /** What other things stand on: a click on it asks about the place. */
  ground: boolean
}

export interface Failure {
  error: ServerError
  again: () => void
}

/** A choice in the run picker: a run that exists, a preset that could be run, or both. */
export interface Choice {
  id: string
  run: Run | null
  preset: Preset | null
}

export interface Store {
  phase: Ref<'loading' | 'ready' | 'failed'>
  failure: Ref<ServerError | null>
  workspace: Ref<Workspace | null>
  layers: Ref<Layer[]>
  labels: Ref<LabelPoints>
  runs: Ref<Run[]>
  profiles: Ref<Profile[]>
  presets: Ref<Preset[]>
  choices: ComputedRef<Choice[]>
  choice: ComputedRef<Choice | null>
  run: ComputedRef<Run | null>
  cutoffs: ComputedRef<number[]>
  steps: ComputedRef<number[]>
  ui: {
    choice: string | null
    minutes: number
    /** A time looked at in passing, while a row is under the pointer. */
    peek: number | null
    solid: boolean
    tab: Tab
    profile: string
    community: string
    selected: Target | null
    spot: LonLat | null
    rail: boolean
    panel: boolean
    sheet: 'layers' | Tab | null // the open sheet on a phone
  }
  /** Layers switched against their default. */
  toggled: Set<string>
  opacity: Record<string, number>
  picks: Ref<Pick[]>
  hover: Ref<(Target & { from: 'map' | 'list'; text?: string }) | null>
  visible: ComputedRef<Set<string>>
  layer: (name: string) => Layer | undefined
  /** The title of a layer without that of its run, which stands above it. */
  shortTitle: (layer: Layer) => string
  load: () => Promise<void>
  /** Reads what the first map did without. */
  complete: () => Promise<void>
  refresh: () => Promise<void>
  toggle: (layer: string) => void
  choose: (id: string) => void
  restore: (view: View) => void
  view: () => View
}

export const storeKey: InjectionKey<Store> = Symbol('store')

export function useStore(): Store {
  const store = inject(storeKey)
  if (!store) throw new Error('the store was not provided')
  return store
}

const same = (a: unknown[] | undefined, b: unknown[]) => JSON.stringify(a) === JSON.stringify(b)

/** The preset that a run answers, by its name or by what it was asked. */
function presetOf(run: Run, presets: Preset[]): Preset | null {
  const name = /^walk_(.+)$/.exec(run.id)?.[1] ?? run.params.preset
  return presets.find((p) => p.id === name)
    ?? presets.find((p) => same(run.params.categories, p.categories) && same(run.params.minutes, p.minutes)) ?? null
}

export function createStore(): Store {
  const phase = ref<'loading' | 'ready' | 'failed'>('loading')
  const failure = shallowRef<ServerError | null>(null)
  const workspace = shallowRef<Workspace | null>(null)
  const layers = shallowRef<Layer[]>([])
  const labels = shallowRef<LabelPoints>({})
  const runs = shallowRef<Run[]>([])
  const profiles = shallowRef<Profile[]>([])
  const presets = shallowRef<Preset[]>([])
  const picks = shallowRef<Pick[]>([])
  const hover = shallowRef<(Target & { from: 'map' | 'list'; text?: string }) | null>(null)
  const toggled = reactive(new Set<string>())
  const opacity = reactive<Record<string, number>>({})
  const ui: Store['ui'] = reactive({
    choice: null, minutes: 0, peek: null, solid: false, tab: 'result' as Tab, profile: '', community: '', selected: null, spot: null,
    rail: true, panel: true, sheet: null,
  })

  const choices = computed<Choice[]>(() => {
    const out: Choice[] = runs.value.map((run) => ({
      id: run.id, run, preset: presetOf(run, presets.value),
    }))
    const taken = new Set(out.map((c) => c.preset?.id))
    for (const preset of presets.value) {
      if (!taken.has(preset.id)) out.push({ id: `walk_${preset.id}`, run: null, preset })
    }
    const order = (c: Choice) => (c.preset ? presets.value.indexOf(c.preset) : presets.value.length)
    return out.sort((a, b) => order(a) - order(b))
  })
  const choice = computed(() =>
    choices.value.find((c) => c.id === ui.choice) ?? choices.value.find((c) => c.run) ?? choices.value[0] ?? null)
  const run = computed(() => choice.value?.run ?? null)
  const cutoffs = computed(() => run.value?.params.minutes ?? choice.value?.preset?.minutes ?? [])
  const steps = computed(() => bands(cutoffs.value))

  const visible = computed(() => {
    const out = new Set<string>()
    for (const l of layers.value) {
      if (lookOf(l, run.value).on !== toggled.has(l.name)) out.add(l.name)
    }
    return out
  })

  /** Keeps the slider on a band of the run, and the walker one that exists. */
  function settle(minutes = ui.minutes): void {
    const last = steps.value[steps.value.length - 1] ?? 0
    ui.minutes = steps.value.find((s) => s >= minutes && minutes > 0) ?? last
    const known = profiles.value.some((p) => p.id === ui.profile)
    if (!known) ui.profile = choice.value?.run?.params.profile ?? choice.value?.preset?.profile ?? profiles.value[0]?.id ?? ''
    const communities = workspace.value?.communities ?? []
    if (!communities.some((c) => c.id === ui.community)) ui.community = run.value?.community ?? communities[0]?.id ?? ''
  }

  async function load(): Promise<void> {
    phase.value = 'loading'
    try {
      const [w, l, r, p] = await Promise.all([api.workspace(), api.layers(), api.runs(), api.profiles()])
      workspace.value = w
      labels.value = await labelPoints(l.layers, {})
      layers.value = l.layers
      runs.value = r.runs ?? []
      profiles.value = p.profiles
      presets.value = p.presets
      settle()
      phase.value = 'ready'
    } catch (error) {
      failure.value = asServerError(error)
      phase.value = 'failed'
    }
  }

  let whole = false
  async function complete(): Promise<void> {
    if (whole) return
    whole = true
    try {
      labels.value = { ...labels.value, ...await laterLabelPoints(layers.value) }
    } catch {
      whole = false // names are drawn from the tiles meanwhile
    }
  }

  /** Reads again what an analysis changes. */
  async function refresh(): Promise<void> {
    const [w, l, r] = await Promise.all([api.workspace(), api.layers(), api.runs()])
    labels.value = await labelPoints(l.layers, labels.value)
    workspace.value = w
    runs.value = r.runs ?? []
    layers.value = l.layers
    settle()
  }

  function toggle(layer: string): void {
    if (!toggled.delete(layer)) toggled.add(layer)
  }

  function choose(id: string): void {
    if (id === choice.value?.id) return
    ui.choice = id
    ui.profile = ''
    ui.community = ''
    settle(0)
  }

  function restore(view: View): void {
    if (view.lang) lang.value = view.lang
    ui.choice = view.run ?? null
    ui.profile = view.profile ?? ''
    ui.solid = view.solid ?? false
    ui.tab = view.tab ?? 'result'
    ui.selected = view.selected ?? null
    ui.spot = view.spot ?? null
    toggled.clear()
    for (const l of layers.value) {
      const on = lookOf(l, run.value).on
      if (on ? view.off?.includes(l.name) : view.on?.includes(l.name)) toggled.add(l.name)
    }
    for (const key of Object.keys(opacity)) delete opacity[key]
    Object.assign(opacity, view.opacity)
    settle(view.minutes ?? 0)
  }

  function view(): View {
    const off = layers.value.filter((l) => toggled.has(l.name) && !visible.value.has(l.name)).map((l) => l.name)
    const on = layers.value.filter((l) => toggled.has(l.name) && visible.value.has(l.name)).map((l) => l.name)
    const last = steps.value[steps.value.length - 1]
    return {
      on: on.length ? on : undefined,
      off: off.length ? off : undefined,
      opacity: { ...opacity },
      solid: ui.solid || undefined,
      run: ui.choice ?? undefined,
      minutes: ui.minutes && ui.minutes !== last ? ui.minutes : undefined,
      profile: ui.profile && ui.profile !== run.value?.params.profile ? ui.profile : undefined,
      tab: ui.tab === 'result' ? undefined : ui.tab,
      selected: ui.selected ?? undefined,
      spot: ui.spot ?? undefined,
      lang: lang.value === 'zh' ? undefined : lang.value,
    }
  }

  function shortTitle(layer: Layer): string {
    const title = say(layer.title)
    const own = runs.value.find((r) => r.id === layer.run)
    const start = own ? `${say(own.title)} · ` : ''
    return start && title.startsWith(start) ? title.slice(start.length) : title
  }

  return {
    phase, failure, workspace, layers, labels, runs, profiles, presets, choices, choice, run, cutoffs, steps, ui,
    toggled, opacity, picks, hover, visible, load, complete, refresh, toggle, choose, restore, view,
    shortTitle,
    layer: (name) => layers.value.find((l) => l.name === name),
  }
}

/** Any error as one that can be shown. A fault of the app itself is named as such. */
export function asServerError(error: unknown): ServerError {
  if (error instanceof ServerError) return error
  console.error(error)
  return new ServerError(0, 'broken',
    { zh: '页面内部出错', en: 'The page itself failed' },
    [{ zh: '刷新页面', en: 'Reload the page' }])
}
