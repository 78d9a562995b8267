// What a run found for buildings, read page by page once the map stands. Small on
// purpose: only what the curve and the lists need is kept.
import { shallowRef, type ShallowRef, watch } from 'vue'
import { api, type ServerError } from '../api/client'
import type { FullFeature, Run } from '../api/types'
import type { BuildingTime } from './reach'
import { asServerError } from '../api/transport'
import { type Store } from './store'

/** Above this many buildings the curve goes by the cut-offs alone. */
export const maxBuildings = 60_000
const pageSize = 1000

export interface Times {
  run: string
  buildings: BuildingTime[]
  byId: Map<string, BuildingTime>
}

const text = (v: unknown) => (typeof v === 'string' && v !== '' ? v : null)
const number = (v: unknown) => (typeof v === 'number' ? v : null)

function read(f: FullFeature): BuildingTime {
  const p = f.properties
  return {
    id: f.id, minutes: number(p.minutes), lived: !text(p.use) || p.use === 'residential', households: number(p.households), residents: number(p.residents),
    venue: text(p.venue), venueName: text(p.venue_name), reason: text(p.reason),
  }
}

/** What a radio run found inside a building. */
export interface BuildingLevel {
  id: string
  name: string | null
  dBm: number | null
  coveredPct: number | null
  served: boolean
  households: number | null
}

export interface BuildingTimes {
  times: ShallowRef<Times | null>
  /** Null until they are read, and where they are too many. */
  levels: ShallowRef<BuildingLevel[] | null>
  failure: ShallowRef<ServerError | null>
  start: () => void
}

const readLevel = ({ id, properties: p }: FullFeature): BuildingLevel => ({
  id, name: text(p.name), dBm: number(p.rsrp_dbm), coveredPct: number(p.covered_pct), served: p.served === true, households: number(p.households),
})

async function all<T>(layer: string, of: (f: FullFeature) => T, signal: AbortSignal): Promise<T[]> {
  const out: T[] = []
  let after: string | undefined
  do {
    const page = await api.features(layer, { limit: pageSize, after }, signal)
    out.push(...page.features.map(of))
    after = page.next ?? undefined
  } while (after)
  return out
}

/** Follows the run on show. Nothing is read before start, so that the map comes first. */
export function followBuildings(store: Store): BuildingTimes {
  const times = shallowRef<Times | null>(null)
  const levels = shallowRef<BuildingLevel[] | null>(null)
  const failure = shallowRef<ServerError | null>(null)
  const started = shallowRef(false)
  let abort = new AbortController()

  async function load(run: Run): Promise<void> {
    abort.abort()
    abort = new AbortController()
    const { signal } = abort
    // What is drawn anew, as after an edit, keeps its figures until the new ones are there.
    if (times.value?.run !== run.id) times.value = null
    if (run.analysis !== 'radio') levels.value = null
    failure.value = null
    const layer = store.layer(`${run.id}_buildings`)
    if (!layer || layer.count > maxBuildings) return
    try {
      if (run.analysis === 'walk') {
        const buildings = await all(layer.name, read, signal)
        if (!signal.aborted) times.value = { run: run.id, buildings, byId: new Map(buildings.map((b) => [b.id, b])) }
      } else if (run.analysis === 'radio') {
        const found = await all(layer.name, readLevel, signal)
        if (!signal.aborted) levels.value = found
      }
    } catch (error) {
      if (!signal.aborted) failure.value = asServerError(error)
    }
  }

  // The run object is a new one after each computation, so its identity tells all.
  watch([store.run, started], ([run, on]) => {
    if (!run || !on) {
      times.value = null
      levels.value = null
      return
    }
    void load(run)
  })

  return { times, levels, failure, start: () => { started.value = true } }
}
