// What the app knows and what it shows: one reactive object and the acts on it.
import { computed, type ComputedRef, type InjectionKey, inject, reactive, ref, type Ref, shallowRef, watch } from 'vue'
import { api, readingOf } from '../api/client'
import { asServerError, type ServerError } from '../api/transport'
import type { BlockedLoss, CameraChoices, EntryLoss, Layer, LonLat, Preset, Profile, RadioChoices, Run, Text, Workspace } from '../api/types'
import { lang, say } from '../i18n'
import { cameraPart } from '../map/looks/cameras'
import { radioPart } from '../map/looks/radio'
import { bands } from '../map/looks/walk'
import { type Context, lookOf } from '../map/style'
import { type LabelPoints, labelPoints, labelPointsOf, laterLabelPoints } from './labels'
import { tableOf } from './cameras'
import { allGroup } from './groups'
import { createJudged, type Judged } from './judged'
import { ofJudgement } from './judgement'
import { twinOf } from './twins'
import type { Tab, View } from './permalink'
import { classesOf, operatorsOf, pointsOf, serverColours } from './radio'

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

/** A choice in the run picker: a run that exists, one that could be made, or both. */
export interface Choice {
  id: string
  analysis: string
  title: Text
  run: Run | null
  preset: Preset | null
}

/** What the form of a radio run asks. */
export interface RadioForm {
  thresholds: string
  /** Empty: what is unknown stays unknown. */
  assume: string
  calibration: string
  blocked: BlockedLoss
  entry: EntryLoss
  res_m: number
}

/** What the form of a cameras run asks. */
export interface CamerasForm {
  classes: string
  /** Empty: what is unknown stays unknown. */
  assume: string
  ptz: 'now' | 'could'
  target_m: number
  derive: string[]
  advise: boolean
}

/** The layers of a result that exclude each other, by analysis. */
export const resultViews: Record<string, readonly string[]> = {
  radio: ['classes', 'covered', 'servers'],
  cameras: ['views', 'redundancy'],
}

/** What is seen from the side: a cell's or a camera's path to the spot. */
export interface Opened {
  kind: 'cell' | 'camera'
  id: string
}

export interface Store {
  phase: Ref<'loading' | 'ready' | 'failed'>
  failure: Ref<ServerError | null>
  workspace: Ref<Workspace | null>
  /** The id of the scenario that the layers are of; empty for the base. */
  reading: Ref<string>
  layers: Ref<Layer[]>
  labels: Ref<LabelPoints>
  runs: Ref<Run[]>
  profiles: Ref<Profile[]>
  presets: Ref<Preset[]>
  radioChoices: Ref<RadioChoices | null>
  cameraChoices: Ref<CameraChoices | null>
  choices: ComputedRef<Choice[]>
  choice: ComputedRef<Choice | null>
  /** The run on show: the one chosen, or that behind the indicator that is open. */
  run: ComputedRef<Run | null>
  judged: Judged
  /** Layers of what a scenario gains and loses that are on the map. */
  delta: Ref<ReadonlyMap<string, 'gained' | 'lost'>>
  /** What looks depend on. */
  context: ComputedRef<Context>
  cutoffs: ComputedRef<number[]>
  steps: ComputedRef<number[]>
  /** Up to which minute the map shows what is reached. */
  minutes: ComputedRef<number>
  ui: {
    choice: string | null
    minutes: number
    /** A time looked at in passing, while a row is under the pointer. */
    peek: number | null
    solid: boolean
    tab: Tab
    /** What the reader came from when a feature or a place is on show. */
    lens: 'result' | 'indicators'
    profile: string
    community: string
    selected: Target | null
    spot: LonLat | null
    /** Whose covered area is drawn. */
    group: string
    open: Opened | null
    /** The class that the spot must be seen at; empty for the least. */
    need: string
    radio: RadioForm
    cameras: CamerasForm
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
  /** Which of the views of the result is drawn; null for none or several. */
  resultView: ComputedRef<string | null>
  setResultView: (view: string) => void
  /** The form asks something else than the run on show answers. */
  formChanged: ComputedRef<boolean>
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

/** What a run is called before there is one, by analysis; the name is that it is kept under. */
const firstTitles: Record<string, Text> = { radio: { zh: '5G 覆盖', en: '5G coverage' }, cameras: { zh: '视频覆盖', en: 'Cameras' } }
const plainRadio = (): RadioForm => ({ thresholds: '', assume: '', calibration: '', blocked: 'statistical', entry: 'low', res_m: 2 })
const plainCameras = (): CamerasForm => ({ classes: '', assume: '', ptz: 'now', target_m: 1.5, derive: [], advise: false })

const same = (a: unknown[] | undefined, b: unknown[]) => JSON.stringify(a) === JSON.stringify(b)

/** Which part of its run a layer is, of analyses whose layers hide each other. */
function partOf(layer: string, run: Run): string | null {
  return run.analysis === 'radio' ? radioPart(layer, run.id) : run.analysis === 'cameras' ? cameraPart(layer, run.id) : null
}

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
  const reading = ref('')
  const layers = shallowRef<Layer[]>([])
  const labels = shallowRef<LabelPoints>({})
  const runs = shallowRef<Run[]>([])
  const profiles = shallowRef<Profile[]>([])
  const presets = shallowRef<Preset[]>([])
  const radioChoices = shallowRef<RadioChoices | null>(null)
  const cameraChoices = shallowRef<CameraChoices | null>(null)
  const delta = shallowRef<ReadonlyMap<string, 'gained' | 'lost'>>(new Map())
  const picks = shallowRef<Pick[]>([])
  const hover = shallowRef<(Target & { from: 'map' | 'list'; text?: string }) | null>(null)
  const toggled = reactive(new Set<string>())
  const opacity = reactive<Record<string, number>>({})
  const ui: Store['ui'] = reactive({
    choice: null, minutes: 0, peek: null, solid: false, tab: 'result' as Tab, lens: 'result', profile: '', community: '', selected: null, spot: null,
    group: allGroup, open: null, need: '', radio: plainRadio(), cameras: plainCameras(), rail: true, panel: true, sheet: null,
  })

  const choices = computed<Choice[]>(() => {
    // In a scenario what its values rest on is all that was asked.
    const out: Choice[] = runs.value.filter((run) => reading.value !== '' || !ofJudgement(run.id)).map((run) => ({
      id: run.id, analysis: run.analysis, title: run.title, run, preset: run.analysis === 'walk' ? presetOf(run, presets.value) : null,
    }))
    const taken = new Set(out.map((c) => c.preset?.id))
    for (const preset of presets.value) {
      if (!taken.has(preset.id)) out.push({ id: `walk_${preset.id}`, analysis: 'walk', title: preset.title, run: null, preset })
    }
    const offered: [analysis: string, layer: string, known: boolean][] = [
      ['radio', 'cells', radioChoices.value !== null], ['cameras', 'cameras', cameraChoices.value !== null],
    ]
    for (const [analysis, layer, known] of offered) {
      const wanted = known && layers.value.some((l) => l.name === layer && l.count > 0)
      if (wanted && !out.some((c) => c.analysis === analysis)) out.push({ id: analysis, analysis, title: firstTitles[analysis], run: null, preset: null })
    }
    const order = (c: Choice) => (c.preset ? presets.value.indexOf(c.preset) : presets.value.length + (c.analysis === 'walk' ? 0 : 1))
    return out.sort((a, b) => order(a) - order(b))
  })
  const choice = computed(() =>
    choices.value.find((c) => c.id === ui.choice) ?? choices.value.find((c) => c.run) ?? choices.value[0] ?? null)
  const judged = createJudged({
    layers, runs,
    first: () => workspace.value?.communities[0]?.id ?? '',
    looking: () => ui.lens === 'indicators',
    exclusive: (layer, owner) => {
      const part = owner && partOf(layer.name, owner)
      return part && resultViews[owner.analysis]?.includes(part) ? owner.id : null
    },
  })
  const run = computed(() => (judged.active.value ? judged.run.value : choice.value?.run ?? null))
  watch(() => ui.tab, (tab) => { if (tab === 'result' || tab === 'indicators') ui.lens = tab }, { flush: 'sync' })
  const cutoffs = computed(() => run.value?.params.minutes ?? choice.value?.preset?.minutes ?? [])
  const steps = computed(() => bands(cutoffs.value))
  /** Those of the slider. */
  const chosenSteps = computed(() => bands(choice.value?.run?.params.minutes ?? choice.value?.preset?.minutes ?? []))
  const minutes = computed(() => (judged.active.value ? Infinity : ui.peek ?? ui.minutes))

  const context = computed<Context>(() => {
    const shown = judged.active.value ? judged.layers.value : null
    const id = run.value?.analysis === 'radio' ? run.value.id : ''
    const cells = id ? pointsOf(labels.value, `${id}_cells`) : []
    return {
      run: run.value,
      beside: shown ? judged.runs.value : [],
      named: shown && new Set(shown.map((l) => l.name)),
      delta: delta.value,
      radio: {
        classes: id ? classesOf(run.value, radioChoices.value, layers.value.find((l) => l.name === `${id}_classes`)) : [],
        group: shown ? allGroup : ui.group,
        operators: id ? operatorsOf(run.value, cells.map((c) => c.properties)) : [],
        servers: serverColours(cells),
        lang: lang.value,
      },
      cameras: {
        classes: tableOf(run.value?.analysis === 'cameras' ? run.value.params : null, cameraChoices.value)?.classes ?? [],
        focus: run.value?.analysis !== 'cameras' ? null : ui.open?.kind === 'camera' ? ui.open.id : ui.selected && /^(cameras|.+_cameras)$/.test(ui.selected.layer) ? ui.selected.id : null,
      },
    }
  })

  /** While indicators are looked at, the one that is open says which results are on. */
  function onByDefault(l: Layer): boolean {
    if (delta.value.has(l.name) || (judged.active.value && judged.on.value.has(l.name))) return true
    return !(judged.active.value && l.kind === 'result') && lookOf(l, context.value).on
  }

  const visible = computed(() => {
    const out = new Set<string>()
    for (const l of layers.value) {
      if (onByDefault(l) !== toggled.has(l.name)) out.add(l.name)
    }
    return out
  })

  /** Keeps the slider on a band of the run chosen, and the walker one that exists. */
  function settle(minutes = ui.minutes): void {
    const last = chosenSteps.value[chosenSteps.value.length - 1] ?? 0
    ui.minutes = chosenSteps.value.find((s) => s >= minutes && minutes > 0) ?? last
    const known = profiles.value.some((p) => p.id === ui.profile)
    if (!known) ui.profile = choice.value?.run?.params.profile ?? choice.value?.preset?.profile ?? profiles.value[0]?.id ?? ''
    const communities = workspace.value?.communities ?? []
    if (!communities.some((c) => c.id === ui.community)) ui.community = choice.value?.run?.community ?? communities[0]?.id ?? ''
  }

  /** What the forms say when they ask what the run on show was asked. */
  function askedRadio(): RadioForm {
    const p = run.value?.analysis === 'radio' ? run.value.params : undefined
    const plain = plainRadio()
    const thresholds = radioChoices.value?.thresholds ?? []
    return {
      thresholds: thresholds.find((t) => t.id === p?.thresholds)?.id ?? thresholds[0]?.id ?? '',
      assume: p?.assume ?? '',
      calibration: (typeof p?.calibration === 'string' ? p.calibration : p?.calibration?.id) ?? '',
      blocked: p?.blocked || plain.blocked,
      entry: p?.entry || plain.entry,
      res_m: p?.res_m || plain.res_m,
    }
  }
  function askedCameras(): CamerasForm {
    const p = run.value?.analysis === 'cameras' ? run.value.params : undefined
    const plain = plainCameras()
    const tables = cameraChoices.value?.classes ?? []
    return {
      classes: tables.find((t) => t.id === p?.classes)?.id ?? tables[0]?.id ?? '',
      assume: p?.assume ?? '',
      ptz: p?.ptz || plain.ptz,
      target_m: p?.target_m || plain.target_m,
      derive: [...(p?.derive ?? [])].sort(),
      advise: p?.advise ?? false,
    }
  }
  function settleForms(): void {
    Object.assign(ui.radio, askedRadio())
    Object.assign(ui.cameras, askedCameras())
  }
  const differs = (a: object, b: object) => JSON.stringify(a) !== JSON.stringify({ ...b })
  const formChanged = computed(() => {
    switch (run.value?.analysis) {
      case 'radio': return differs(askedRadio(), ui.radio)
      case 'cameras': return differs(askedCameras(), ui.cameras)
      default: return false
    }
  })

  async function load(): Promise<void> {
    phase.value = 'loading'
    try {
      const [w, l, r, p, radio, cameras] = await Promise.all(
        [api.workspace(), api.layers(), api.runs(), api.profiles(), api.radioChoices(), api.cameraChoices()])
      workspace.value = w
      radioChoices.value = radio
      cameraChoices.value = cameras
      labels.value = await labelPoints(l.layers, {})
      reading.value = readingOf()
      layers.value = l.layers
      runs.value = r.runs ?? []
      profiles.value = p.profiles
      presets.value = p.presets
      settle()
      settleForms()
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

  /** The run that the reader looked at last: another scenario is asked the same. */
  let asked: Run | null = null
  function askAgain(): void {
    if (!asked || runs.value.some((r) => r.id === ui.choice)) return
    const twin = twinOf(asked, runs.value)
    if (twin) ui.choice = twin.id
  }

  /** Reads again what an analysis changes. */
  async function refresh(): Promise<void> {
    const of = readingOf()
    asked = choice.value?.run ?? asked
    ui.choice ??= asked?.id ?? null
    const [w, l, r] = await Promise.all([api.workspace(), api.layers(), api.runs()])
    // A revision of a scenario and one of the base tell nothing of each other.
    const before = of === reading.value ? labels.value : Object.fromEntries(Object.entries(labels.value).map(([name, list]) => [name, { ...list, revision: -1 }]))
    const points = await labelPoints(l.layers, before)
    if (of !== readingOf()) return // another scenario was opened meanwhile, which reads for itself
    labels.value = points
    reading.value = of
    workspace.value = w
    runs.value = r.runs ?? []
    askAgain()
    layers.value = l.layers
    settle()
  }

  /** The layers of the views of the result. */
  const viewLayers = computed(() => {
    const { id, analysis } = run.value ?? {}
    const views = resultViews[analysis ?? '']
    if (!id || !views) return []
    return layers.value.flatMap((l) => {
      const part = partOf(l.name, run.value!)
      return part && views.includes(part) ? [{ name: l.name, part: part as string }] : []
    })
  })
  const resultView = computed(() => {
    const on = viewLayers.value.filter((l) => visible.value.has(l.name))
    return on.length === 1 ? on[0].part : null
  })
  function setResultView(view: string): void {
    for (const l of viewLayers.value) if (visible.value.has(l.name) !== (l.part === view)) toggle(l.name)
  }

  function toggle(layer: string): void {
    if (!toggled.delete(layer)) toggled.add(layer)
  }

  function choose(id: string): void {
    if (id === choice.value?.id) return
    ui.choice = id
    asked = choice.value?.run ?? null
    ui.profile = ''
    ui.community = ''
    ui.group = allGroup
    settle(0)
    settleForms()
  }

  function restore(view: View): void {
    if (view.lang) lang.value = view.lang
    ui.choice = view.run ?? null
    ui.profile = view.profile ?? ''
    ui.solid = view.solid ?? false
    ui.tab = view.tab ?? 'result'
    ui.lens = view.indicator || ui.tab === 'indicators' ? 'indicators' : 'result'
    Object.assign(judged.ui, { profile: view.indicator?.profile ?? '', requirement: view.indicator?.requirement ?? '', community: view.of ?? '' })
    ui.selected = view.selected ?? null
    ui.spot = view.spot ?? null
    ui.group = view.group ?? allGroup
    ui.need = view.need ?? ''
    ui.open = view.cell ? { kind: 'cell', id: view.cell } : view.camera ? { kind: 'camera', id: view.camera } : null
    toggled.clear()
    for (const l of layers.value) {
      const on = lookOf(l, context.value).on
      // Judgements are read later; then a layer that is named either way was switched.
      if (ofJudgement(l.name) ? view.on?.includes(l.name) || view.off?.includes(l.name) : on ? view.off?.includes(l.name) : view.on?.includes(l.name)) toggled.add(l.name)
    }
    for (const key of Object.keys(opacity)) delete opacity[key]
    Object.assign(opacity, view.opacity)
    settle(view.minutes ?? 0)
    settleForms()
  }

  function view(): View {
    const off = layers.value.filter((l) => toggled.has(l.name) && !visible.value.has(l.name)).map((l) => l.name)
    const on = layers.value.filter((l) => toggled.has(l.name) && visible.value.has(l.name)).map((l) => l.name)
    const last = chosenSteps.value[chosenSteps.value.length - 1]
    return {
      on: on.length ? on : undefined,
      off: off.length ? off : undefined,
      opacity: { ...opacity },
      solid: ui.solid || undefined,
      run: ui.choice ?? undefined,
      minutes: ui.minutes && ui.minutes !== last ? ui.minutes : undefined,
      profile: ui.profile && ui.profile !== run.value?.params.profile ? ui.profile : undefined,
      tab: ui.tab === 'result' ? undefined : ui.tab,
      indicator: ui.lens === 'indicators' && judged.ui.profile ? { profile: judged.ui.profile, requirement: judged.ui.requirement } : undefined,
      of: ui.lens === 'indicators' && judged.ui.community ? judged.ui.community : undefined,
      scenario: reading.value || undefined,
      selected: ui.selected ?? undefined,
      spot: ui.spot ?? undefined,
      group: ui.group === allGroup ? undefined : ui.group,
      cell: ui.spot && ui.open?.kind === 'cell' ? ui.open.id : undefined,
      camera: ui.spot && ui.open?.kind === 'camera' ? ui.open.id : undefined,
      need: ui.spot && ui.need ? ui.need : undefined,
      lang: lang.value === 'zh' ? undefined : lang.value,
    }
  }

  // What an indicator shows is read when it is opened. Label points change what is shown,
  // so the layers that lack them are watched, by their names.
  const unlabelled = computed(() => [...judged.layers.value, ...layers.value.filter((l) => reading.value !== '' && l.run !== null && l.run === run.value?.id)].filter((l) => visible.value.has(l.name) && labels.value[l.name]?.revision !== l.changed))
  watch(() => unlabelled.value.map((l) => l.name).join(), async () => {
    try {
      const read = await labelPointsOf(unlabelled.value, labels.value)
      if (Object.keys(read).length) labels.value = { ...labels.value, ...read }
    } catch {
      // Marks are drawn from the tiles instead.
    }
  })
  // The layers of one indicator say nothing of those of the next.
  watch(() => judged.ui.requirement, () => { for (const name of [...toggled]) if (ofJudgement(name)) toggled.delete(name) }, { flush: 'sync' })

  function shortTitle(layer: Layer): string {
    const title = say(layer.title)
    const own = runs.value.find((r) => r.id === layer.run)
    // The same part of several runs is told apart by them.
    if (judged.active.value && judged.runs.value.length > 1) return title
    const start = own ? `${say(own.title)} · ` : ''
    return start && title.startsWith(start) ? title.slice(start.length) : title
  }

  return {
    phase, failure, workspace, reading, layers, labels, runs, profiles, presets, radioChoices, cameraChoices, choices, choice, run, judged, delta, context, resultView, setResultView, formChanged, cutoffs, steps, minutes, ui,
    toggled, opacity, picks, hover, visible, load, complete, refresh, toggle, choose, restore, view, shortTitle,
    layer: (name) => layers.value.find((l) => l.name === name),
  }
}
