// The same question asked of another scenario, or of the base: its run goes by another
// name there, and may have been cut at other minutes. Pure.
import type { Run } from '../api/types'

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** Whether two runs answer the same question, but for the minutes. */
const alike = (a: Run, b: Run) => a.analysis === b.analysis && a.community === b.community
  && (a.analysis !== 'walk' || (same(a.params.categories, b.params.categories) && same(a.params.profile, b.params.profile)))

/** The run among some that asks what a run asks: itself, else one with the same last minute first. */
export function twinOf(run: Run, among: readonly Run[]): Run | null {
  const itself = among.find((r) => r.id === run.id)
  if (itself && alike(itself, run)) return itself
  const last = (r: Run) => r.params.minutes?.at(-1)
  const twins = among.filter((r) => alike(r, run))
  return twins.find((r) => same(r.params.minutes, run.params.minutes)) ?? twins.find((r) => last(r) === last(run)) ?? twins.find((r) => r.params.minutes?.includes(last(run) ?? NaN)) ?? twins[0] ?? null
}
