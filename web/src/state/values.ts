// The shares that a run states for its cut-offs, read out of its list of values.
import type { Run, Value } from '../api/types'
import type { Curve, Measure } from './reach'

/** The cut-off a value speaks of: the number that ends its id or its layer's name. */
export function cutoffOf(value: Value, cutoffs: number[]): number | null {
  for (const text of [value.id, value.layer ?? '']) {
    const found = /(?:^|[._-])(\d+(?:\.\d+)?)$/.exec(text)
    if (found && cutoffs.includes(Number(found[1]))) return Number(found[1])
  }
  return null
}

/** The curve through the cut-offs alone. Null when the run states no shares. */
export function cutoffCurve(run: Run): Curve | null {
  const cutoffs = run.params.minutes ?? []
  for (const measure of ['households', 'residents', 'buildings'] as Measure[]) {
    const points: [number, number][] = []
    let total = 0
    for (const v of run.values ?? []) {
      const at = v.of === measure ? cutoffOf(v, cutoffs) : null
      if (at === null || v.numerator == null || !v.denominator) continue
      if (points.some(([m]) => m === at)) continue
      points.push([at, v.numerator])
      total = v.denominator
    }
    if (!points.length) continue
    points.sort((a, b) => a[0] - b[0])
    return { measure, total, minutes: points.map(([m]) => m), reached: points.map(([, n]) => n) }
  }
  return null
}
