// Who is reached by when: the curve behind the slider, from the times of the buildings.

export interface BuildingTime {
  id: string
  /** Minutes to the nearest venue; null where none is reached within the largest cut-off. */
  minutes: number | null
  households: number | null
  residents: number | null
  /** False where the use is known and nobody lives there. */
  lived: boolean
  venue: string | null
  venueName: string | null
  reason: string | null
}

/** What a share is of; buildings are those that people live in, as far as is known. */
export type Measure = 'households' | 'residents' | 'buildings' | 'land'

/** What can be counted building by building. */
export type Counted = Exclude<Measure, 'land'>

export interface Curve {
  measure: Measure
  /** False where only the cut-offs are known and what lies between them is a straight line. */
  exact: boolean
  total: number
  /** Rising steps: by minutes[i], reached[i] of total are reached. */
  minutes: number[]
  reached: number[]
}

const weight = (b: BuildingTime, of: Counted) => (of === 'buildings' ? Number(b.lived) : (b[of] ?? 0))

/** A number is good for a share when this part of the buildings that people live in have it. */
const wellKnown = 0.8

/** Households where they are well known, else residents, else buildings. */
export function bestMeasure(buildings: BuildingTime[]): Counted {
  const homes = buildings.filter((b) => b.lived)
  for (const of of ['households', 'residents'] as const) {
    const known = homes.filter((b) => b[of] !== null).length
    if (known > 0 && known >= wellKnown * homes.length && buildings.some((b) => (b[of] ?? 0) > 0)) return of
  }
  return 'buildings'
}

export function curve(buildings: BuildingTime[], measure: Counted): Curve {
  let total = 0
  const steps: [minutes: number, weight: number][] = []
  for (const b of buildings) {
    const w = weight(b, measure)
    total += w
    if (b.minutes !== null && w > 0) steps.push([b.minutes, w])
  }
  steps.sort((a, b) => a[0] - b[0])
  const out: Curve = { measure, exact: true, total, minutes: [], reached: [] }
  let sum = 0
  for (const [m, w] of steps) {
    sum += w
    if (out.minutes[out.minutes.length - 1] === m) out.reached[out.reached.length - 1] = sum
    else {
      out.minutes.push(m)
      out.reached.push(sum)
    }
  }
  return out
}

/** How many are reached within some minutes. */
export function reachedBy(c: Curve, minutes: number): number {
  let low = 0
  let high = c.minutes.length
  while (low < high) {
    const mid = (low + high) >> 1
    if (c.minutes[mid] <= minutes + 1e-9) low = mid + 1
    else high = mid
  }
  const before = { minutes: low ? c.minutes[low - 1] : 0, reached: low ? c.reached[low - 1] : 0 }
  if (c.exact || low === c.minutes.length) return before.reached
  const part = (minutes - before.minutes) / (c.minutes[low] - before.minutes)
  return before.reached + part * (c.reached[low] - before.reached)
}

export interface VenueLoad {
  id: string
  name: string | null
  buildings: number
  households: number
}

/** The venues that are someone's nearest within some minutes, the busiest first. */
export function venueLoads(buildings: BuildingTime[], minutes: number): VenueLoad[] {
  const loads = new Map<string, VenueLoad>()
  for (const b of buildings) {
    if (!b.venue || b.minutes === null || b.minutes > minutes + 1e-9) continue
    const load = loads.get(b.venue) ?? { id: b.venue, name: b.venueName, buildings: 0, households: 0 }
    load.buildings++
    load.households += b.households ?? 0
    load.name ??= b.venueName
    loads.set(b.venue, load)
  }
  return [...loads.values()].sort((a, b) => b.households - a.households || b.buildings - a.buildings || (a.id < b.id ? -1 : 1))
}

/** The buildings not reached within some minutes: most households first, then where people live, then the farthest. */
export function notReached(buildings: BuildingTime[], minutes: number): BuildingTime[] {
  return buildings
    .filter((b) => b.minutes === null || b.minutes > minutes + 1e-9)
    .sort((a, b) => (b.households ?? 0) - (a.households ?? 0) || Number(b.lived) - Number(a.lived) || (b.minutes ?? Infinity) - (a.minutes ?? Infinity) || (a.id < b.id ? -1 : 1))
}
