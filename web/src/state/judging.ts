// The acts on judgements: reading them, judging, bringing evidence, taking a report away.
// Each keeps only its newest request.
import { type InjectionKey, inject, type Ref, ref, type ShallowRef, shallowRef, watch } from 'vue'
import { api, apiOf, readingOf, ServerError } from '../api/client'
import type { Evidence, ReportFormat } from '../api/judgement'
import { save } from '../api/transport'
import { lang } from '../i18n'
import { type Latest, latest } from './actions'
import { base64 } from './judgement'
import type { Store } from './store'

/** The applicant's table, chosen but not yet read by the server. */
export interface Chosen {
  name: string
  size: number
  data: string
}

/** The server takes no larger file. */
export const largestFile = 8 * 1024 * 1024
export const fileKinds = ['.xlsx', '.xls', '.csv', '.txt', '.yaml', '.yml'] as const

export interface Judging {
  loading: Latest<true>
  judging: Latest<true>
  attaching: Latest<true>
  downloading: Latest<ReportFormat>
  chosen: ShallowRef<Chosen | null>
  /** The table kept before is to be forgotten. */
  dropped: ShallowRef<boolean>
  refused: ShallowRef<ServerError | null>
  /** Documented usual values stand in for missing attributes. */
  assume: Ref<boolean>
  /** Reads standards and judgements, once. */
  ensure: () => void
  /** The same, and waits for them. */
  ready: () => Promise<void>
  /** Reads the judgements again, as the scenario that is open makes them. */
  readAgain: () => Promise<void>
  choose: (file: File) => Promise<void>
  judge: () => void
  attach: (evidence: Omit<Evidence, 'standard'>) => Promise<boolean>
  download: (format: ReportFormat) => void
}

export const judgingKey: InjectionKey<Judging> = Symbol('judging')

export function useJudging(): Judging {
  const judging = inject(judgingKey)
  if (!judging) throw new Error('judging was not provided')
  return judging
}

const refuse = (zh: string, en: string, fixZH: string, fixEN: string) => new ServerError(0, 'refused', { zh, en }, [{ zh: fixZH, en: fixEN }])

export function createJudging(store: Store): Judging {
  const { judged } = store
  const loading = latest<true>()
  const judging = latest<true>()
  const attaching = latest<true>()
  const downloading = latest<ReportFormat>()
  const chosen = shallowRef<Chosen | null>(null)
  const dropped = shallowRef(false)
  const refused = shallowRef<ServerError | null>(null)
  const assume = ref(false)
  // Judging again asks what was asked before, until the reader asks otherwise.
  watch(judged.current, (j) => { assume.value = j?.assumed ?? false })

  let read: Promise<void> = Promise.resolve()
  function ready(): Promise<void> {
    if (judged.known.value || loading.busy.value) return read
    read = loading.go(async (signal) => {
      const [s, j] = await Promise.all([api.standards(signal), api.judgements(signal)])
      // A scenario that was just opened has none yet: it is judged by what its base was.
      if (!j.judgements?.length && readingOf() !== '' && !judged.ui.profile) {
        judged.ui.profile = (await apiOf(() => '').judgements(signal)).judgements?.[0]?.profile.id ?? ''
      }
      judged.judgements.value = j.judgements ?? []
      judged.standards.value = s.standards ?? []
      judged.known.value = true
      return true
    })
    return read
  }
  const ensure = () => void ready()

  async function choose(file: File): Promise<void> {
    refused.value = null
    if (file.size > largestFile) {
      refused.value = refuse(`“${file.name}”超过 8 MB`, `“${file.name}” is larger than 8 MB`, '只保留指标表所在的工作表，另存后再选', 'Keep only the sheet with the table, save it anew and choose that')
      return
    }
    if (!fileKinds.some((kind) => file.name.toLowerCase().endsWith(kind))) {
      refused.value = refuse(`“${file.name}”不是可以读取的表格`, `“${file.name}” is not a table that can be read`, `选 ${fileKinds.join('、')} 文件`, `Choose a file that ends with ${fileKinds.join(', ')}`)
      return
    }
    chosen.value = { name: file.name, size: file.size, data: base64(new Uint8Array(await file.arrayBuffer())) }
    dropped.value = false
  }

  const community = () => (judged.community.value ? { community: judged.community.value } : {})

  const question = () => ({ profile: judged.ui.profile, ...community(), ...(assume.value ? { assume: true } : {}) })

  /** Reads again what a judgement changes: its own list, and the layers and runs that it made. */
  async function readAgain(signal: AbortSignal): Promise<void> {
    const { judgements } = await api.judgements(signal)
    await store.refresh()
    judged.judgements.value = judgements ?? []
  }

  function judge(): void {
    if (!judged.ui.profile) return
    void judging.go(async (signal) => {
      const table = chosen.value
      await api.judge({
        ...question(), ...(table ? { claims: { name: table.name, data: table.data } } : dropped.value ? { claims: null, drop_claims: true } : {}),
      }, signal)
      chosen.value = null
      dropped.value = false
      await readAgain(signal)
      return true
    })
  }

  async function attach(evidence: Omit<Evidence, 'standard'>): Promise<boolean> {
    const standard = judged.current.value?.profile.standard
    if (!standard) return false
    attaching.value.value = null
    await attaching.go(async (signal) => {
      await api.evidence({ ...evidence, standard, ...community() }, signal)
      await api.judge(question(), signal)
      await readAgain(signal)
      return true
    })
    return attaching.value.value === true
  }

  function download(format: ReportFormat): void {
    const of = judged.current.value
    if (!of) return
    void downloading.go(async (signal) => {
      const file = await api.report({ profile: of.profile.id, community: of.community.id, format, lang: lang.value }, signal)
      save(file.name, file.data)
      return format
    })
  }

  // What failed for one profile says nothing of another.
  watch(() => [judged.ui.profile, judged.ui.community], () => {
    for (const act of [judging, attaching, downloading]) act.failure.value = null
  })
  watch(() => store.phase.value === 'ready' && store.ui.lens === 'indicators', (wanted) => { if (wanted) ensure() }, { immediate: true })

  return { loading, judging, attaching, downloading, chosen, dropped, refused, assume, ensure, ready, choose, judge, attach, download,
    readAgain: async () => { judged.judgements.value = (await api.judgements()).judgements ?? [] },
  }
}
