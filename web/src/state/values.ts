// The shares that a run states, put side by side: by time on foot, by distance through
// the network, by straight line, for each limit and for households, residents and so on.
import type { Run, Value } from '../api/types'
import type { Curve, Measure } from './reach'

export const manners = ['time', 'distance', 'straight'] as const
export type Manner = (typeof manners)[number]
export const subjects = ['households', 'residents', 'buildings', 'land'] as const
export type Subject = (typeof subjects)[number]

/** A share with the limit it is for: minutes for time, metres for the others. */
export interface Limited {
  limit: number
  value: Value
}

export type Row = Partial<Record<Manner, Limited>>

export interface Comparison {
  /** The subjects that any share is of. */
  of: Subject[]
  /** One row for each limit, from the nearest: the limits of the manners go in pairs. */
  rows: (of: Subject) => Row[]
  /** What is no such share. */
  rest: Value[]
}

// <run>_<manner>_<limit>_<subject>
const pattern = /^(time|distance|straight)_(\d+(?:[._]\d+)?)_(households|residents|buildings|land)$/

function parse(run: Run, value: Value): { manner: Manner; limit: number; of: Subject } | null {
  if (!value.id.startsWith(`${run.id}_`)) return null
  const found = pattern.exec(value.id.slice(run.id.length + 1))
  return found && { manner: found[1] as Manner, limit: Number(found[2].replace('_', '.')), of: found[3] as Subject }
}

export function comparison(run: Run): Comparison {
  const lists = new Map<string, Limited[]>()
  const rest: Value[] = []
  for (const value of run.values ?? []) {
    const at = parse(run, value)
    if (!at) {
      rest.push(value)
      continue
    }
    const key = `${at.of}/${at.manner}`
    lists.set(key, [...(lists.get(key) ?? []), { limit: at.limit, value }])
  }
  for (const list of lists.values()) list.sort((a, b) => a.limit - b.limit)
  const list = (of: Subject, manner: Manner) => lists.get(`${of}/${manner}`) ?? []
  return {
    of: subjects.filter((of) => manners.some((m) => list(of, m).length)),
    rows: (of) => {
      const count = Math.max(...manners.map((m) => list(of, m).length))
      return Array.from({ length: count }, (_, i) => Object.fromEntries(manners.map((m) => [m, list(of, m)[i]])) as Row)
    },
    rest,
  }
}

/** The curve through the cut-offs alone, of what is fully known. Null when the run states no shares by time. */
export function cutoffCurve(run: Run): Curve | null {
  const { rows } = comparison(run)
  for (const measure of ['households', 'residents', 'buildings', 'land'] as Measure[]) {
    const sound = (v: Value) => v.numerator != null && !!v.denominator && (measure === 'buildings' || measure === 'land' || !v.missing?.length)
    const points = rows(measure).flatMap((r) => (r.time && sound(r.time.value) ? [r.time] : []))
    if (!points.length) continue
    return {
      measure,
      exact: false,
      total: points[0].value.denominator!,
      minutes: points.map((p) => p.limit),
      reached: points.map((p) => p.value.numerator!),
    }
  }
  return null
}
