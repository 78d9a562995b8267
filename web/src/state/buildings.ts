// The times of a run's buildings, read page by page once the map stands. Small on
// purpose: only what the curve and the lists need is kept.
import { shallowRef, type ShallowRef, watch } from 'vue'
import { api } from '../api/client'
import type { FullFeature, LonLat, Run } from '../api/types'
import { boxOf } from '../map/geometry'
import type { BuildingTime } from './reach'
import { asServerError, type Store } from './store'
import type { ServerError } from '../api/client'

/** Above this many buildings the curve goes by the cut-offs alone. */
export const maxBuildings = 60_000
const pageSize = 1000

export interface Times {
  run: string
  buildings: BuildingTime[]
  /** The middle of each building, to fly to. */
  places: Map<string, LonLat>
  complete: boolean
}

const text = (v: unknown) => (typeof v === 'string' && v !== '' ? v : null)
const number = (v: unknown) => (typeof v === 'number' ? v : null)

function read(f: FullFeature): BuildingTime {
  const p = f.properties
  return {
    id: f.id, minutes: number(p.minutes), households: number(p.households), residents: number(p.residents),
    venue: text(p.venue), venueName: text(p.venue_name), reason: text(p.reason),
  }
}

export interface BuildingTimes {
  times: ShallowRef<Times | null>
  failure: ShallowRef<ServerError | null>
  start: () => void
}

/** Follows the run on show. Nothing is read before start, so that the map comes first. */
export function followBuildings(store: Store): BuildingTimes {
  const times = shallowRef<Times | null>(null)
  const failure = shallowRef<ServerError | null>(null)
  const started = shallowRef(false)
  let abort = new AbortController()

  async function load(run: Run): Promise<void> {
    abort.abort()
    abort = new AbortController()
    const signal = abort.signal
    times.value = null
    failure.value = null
    const layer = store.layer(`${run.id}_buildings`)
    if (!layer || layer.count > maxBuildings) return
    const next: Times = { run: run.id, buildings: [], places: new Map(), complete: false }
    let after: string | undefined
    do {
      const page = await api.features(layer.name, { limit: pageSize, after }, signal)
      for (const f of page.features) {
        next.buildings.push(read(f))
        const box = boxOf(f.geometry)
        if (box) next.places.set(f.id, [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])
      }
      after = page.next ?? undefined
    } while (after)
    if (!signal.aborted) times.value = { ...next, complete: true }
  }

  // The run object is a new one after each computation, so its identity tells all.
  watch([store.run, started], ([run, on]) => {
    if (!run || !on) {
      times.value = null
      return
    }
    load(run).catch((error: unknown) => {
      if (!abort.signal.aborted) failure.value = asServerError(error)
    })
  })

  return { times, failure, start: () => { started.value = true } }
}
