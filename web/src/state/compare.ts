// What the scenario that is open is compared with: the difference in figures, features and
// areas, and what the other side of the map draws.
import { computed, type ComputedRef, inject, type InjectionKey, reactive, ref, type Ref, shallowRef, type ShallowRef, watch } from 'vue'
import { apiOf, type ServerError } from '../api/client'
import type { KeptJudgement } from '../api/judgement'
import { type AreaDelta, type Delta, scenarios as server } from '../api/scenario'
import type { Layer, Run, Workspace } from '../api/types'
import { drawable } from '../map/style'
import { type Latest, latest } from './actions'
import { findRequirement, type Highlight, highlightsOf } from './judgement'
import { type LabelPoints, labelPointsFrom } from './labels'
import type { Scenarios } from './scenario'
import { asServerError } from '../api/transport'
import { type Store } from './store'

export type CompareMode = 'off' | 'swipe' | 'side'

/** The other side of the map. */
export interface Side {
  /** Its scenario; empty for the base. */
  id: string
  workspace: Workspace
  layers: Layer[]
  labels: LabelPoints
  runs: Run[]
  judgements: KeptJudgement[]
}

export interface Comparing {
  /** The id of the scenario on the other side; empty for the base. */
  against: Ref<string>
  /** Its name; empty for the base. */
  name: ComputedRef<string>
  mode: Ref<CompareMode>
  /** Where the divider is, from 0 to 1. */
  at: Ref<number>
  delta: Latest<Delta>
  side: ShallowRef<Side | null>
  failure: ShallowRef<ServerError | null>
  /** What is marked on the other side for the indicator that is open. */
  highlights: ComputedRef<Highlight[]>
  /** Areas that are on the map, by the layer that is compared. */
  areas: Set<string>
  toggleArea: (area: AreaDelta) => void
  /** Asks for the difference, now and after each edit, as long as the scenario is open. */
  want: () => void
}

export const comparingKey: InjectionKey<Comparing> = Symbol('comparing')

export function useComparing(): Comparing {
  const comparing = inject(comparingKey)
  if (!comparing) throw new Error('comparing was not provided')
  return comparing
}

export function createComparing(store: Store, scenarios: Scenarios): Comparing {
  const { judged } = store
  const against = ref('')
  const mode = ref<CompareMode>('off')
  const at = ref(0.5)
  const delta = latest<Delta>()
  const side = shallowRef<Side | null>(null)
  const failure = shallowRef<ServerError | null>(null)
  const wanted = ref(false)
  const areas = reactive(new Set<string>())

  watch(() => scenarios.active.value?.id, () => {
    against.value = ''
    mode.value = 'off'
    at.value = 0.5
    wanted.value = false
    delta.stop()
    delta.value.value = null
    areas.clear()
  }, { flush: 'sync' })

  function readDelta(): void {
    const id = scenarios.active.value?.id
    if (!id || !wanted.value) return
    void delta.go(async (signal) => {
      const found = await server.delta(id, { against: against.value || undefined, community: judged.community.value || undefined, profile: judged.ui.profile || undefined }, signal)
      // The areas that it found are layers of the scenario.
      if (found.areas?.length) await store.refresh()
      return found
    })
  }
  watch(() => [wanted.value, against.value, scenarios.turn.value, judged.ui.profile, judged.community.value], readDelta)

  async function readSide(): Promise<void> {
    if (mode.value === 'off') {
      side.value = null
      return
    }
    const id = against.value
    failure.value = null
    try {
      const from = apiOf(() => id)
      const [workspace, layers, runs, judgements] = await Promise.all([from.workspace(), from.layers(), from.runs(), from.judgements()])
      const labels = await labelPointsFrom(layers.layers, Object.keys(store.labels.value), from)
      if (against.value !== id || (mode.value as CompareMode) === 'off') return
      side.value = { id, workspace, layers: layers.layers, labels, runs: runs.runs ?? [], judgements: judgements.judgements ?? [] }
    } catch (error) {
      failure.value = asServerError(error)
    }
  }
  watch(() => [mode.value === 'off', against.value], readSide)

  const highlights = computed<Highlight[]>(() => {
    const s = side.value
    if (!s || !judged.active.value || !judged.highlights.value.length) return []
    const of = s.judgements.find((j) => j.profile.id === judged.ui.profile && j.community.id === judged.community.value)
    const measure = findRequirement(of ?? null, judged.ui.requirement)?.requirement.measure
    const roles = new Set(judged.highlights.value.map((h) => h.role))
    return highlightsOf(measure, (name) => s.layers.some((l) => l.name === name && drawable(l))).filter((h) => roles.has(h.role))
  })

  watch(() => [delta.value.value, [...areas]] as const, ([found, on]) => {
    store.delta.value = new Map((found?.areas ?? []).filter((a) => on.includes(a.layer)).flatMap((a) => [[a.gained_layer, 'gained'], [a.lost_layer, 'lost']] as const))
  })

  function toggleArea(area: AreaDelta): void {
    if (!areas.delete(area.layer)) areas.add(area.layer)
  }

  return {
    against, mode, at, delta, side, failure, highlights, areas, toggleArea,
    name: computed(() => scenarios.list.value.find((s) => s.id === against.value)?.name ?? against.value),
    want: () => { wanted.value = true },
  }
}
