// What the app knows of judgements and which requirement is open. The map asks here what
// to show of it: the layers of its measure, and the features that made or failed it.
import { computed, type ComputedRef, reactive, type Ref, ref, shallowRef, watch } from 'vue'
import type { Item, KeptJudgement, Requirement, Standard, Verdict } from '../api/judgement'
import type { Layer, Run } from '../api/types'
import { statesOf } from '../map/looks/metric'
import { drawable } from '../map/style'
import { findRequirement, type Highlight, highlightsOf, layersOnShow, runsBehind } from './judgement'

export interface JudgedUI {
  /** The id of the profile that is judged by; empty until one is known. */
  profile: string
  /** The id of the requirement that is open; empty for none. */
  requirement: string
  /** Empty for the first. */
  community: string
}

export interface Judged {
  standards: Ref<Standard[]>
  judgements: Ref<KeptJudgement[]>
  /** Whether both were read. */
  known: Ref<boolean>
  ui: JudgedUI
  filter: { verdicts: Set<Verdict>; text: string; thread: boolean }
  standard: ComputedRef<Standard | null>
  /** The id of the community that is judged. */
  community: ComputedRef<string>
  /** The judgement that is kept of the profile and community chosen. */
  current: ComputedRef<KeptJudgement | null>
  /** The requirement that is open, with the item that it belongs to. */
  open: ComputedRef<{ item: Item; requirement: Requirement } | null>
  /** Whether the map shows the open requirement, or none, and not the run that was chosen. */
  active: ComputedRef<boolean>
  /** The result layers that show it, the best first. */
  layers: ComputedRef<Layer[]>
  /** The names of the layers that are on to begin with. */
  on: ComputedRef<Set<string>>
  /** The runs that made those. */
  runs: ComputedRef<Run[]>
  /** The run that made the best of them. */
  run: ComputedRef<Run | null>
  highlights: ComputedRef<Highlight[]>
}

interface Sources {
  layers: Ref<Layer[]>
  runs: Ref<Run[]>
  /** The community that is judged when none is chosen. */
  first: () => string
  /** Whether the reader looks at indicators, and not at the results of one analysis. */
  looking: () => boolean
  /** The set of layers that hide each other, by layer. */
  exclusive: (layer: Layer, run: Run | null) => string | null
}

export function createJudged({ layers, runs, first, looking, exclusive }: Sources): Judged {
  const standards = shallowRef<Standard[]>([])
  const judgements = shallowRef<KeptJudgement[]>([])
  const known = ref(false)
  const ui: JudgedUI = reactive({ profile: '', requirement: '', community: '' })
  const filter = reactive({ verdicts: new Set<Verdict>(), text: '', thread: false })

  const standard = computed(() => standards.value.find((s) => s.id === ui.profile) ?? null)
  const community = computed(() => ui.community || first())
  const current = computed(() => judgements.value.find((j) => j.profile.id === ui.profile && j.community.id === community.value) ?? null)
  const open = computed(() => (ui.requirement ? findRequirement(current.value, ui.requirement) : null))
  const active = computed(looking)

  const measure = computed(() => (active.value ? open.value?.requirement.measure ?? null : null))
  const marked = computed(() => highlightsOf(measure.value, (name) => layers.value.some((l) => l.name === name && drawable(l))))
  const onShow = computed(() => layersOnShow(measure.value?.layers ?? [], layers.value,
    (layer) => exclusive(layer, runs.value.find((r) => r.id === layer.run) ?? null), marked.value.length > 0))
  const listed = computed(() => onShow.value.listed)
  const on = computed(() => new Set(onShow.value.on.map((l) => l.name)))
  const run = computed(() => runs.value.find((r) => r.id === listed.value[0]?.run) ?? null)
  const behind = computed(() => runsBehind(listed.value, runs.value))
  // A result shows itself what counts; marks on that would hide it. And a metric that
  // draws stretches knows better than the way or building as a whole.
  const highlights = computed(() => {
    const stretches = onShow.value.on.some((l) => statesOf(l).length > 0 && l.shapes?.includes('line'))
    return stretches ? [] : marked.value.filter((h) => h.role !== 'made' || !listed.value.length)
  })

  // Another profile has other requirements; the first one that was judged comes first.
  watch([standards, judgements], () => {
    if (!standards.value.length || standard.value) return
    ui.profile = judgements.value[0]?.profile.id ?? standards.value[0].id
    ui.requirement = ''
  })

  return { standards, judgements, known, ui, filter, standard, community, current, open, active, layers: listed, on, runs: behind, run, highlights }
}
