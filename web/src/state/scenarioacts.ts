// Acts of the user on a scenario and how to take them back. Pure: steps and edits in,
// steps out. The inverse of an act is an act itself, so that undoing can be undone.
import type { Edit, EditInput, Step } from '../api/scenario'
import type { Text } from '../api/types'

/** A step that may bring back an edit under a new number: was is the number it had. */
export type Planned = Step & { was?: number }

/** One act of the user, done or undone as one. */
export interface Act {
  label: Text
  steps: Planned[]
}

/** An edit as it is handed in again. */
export function inputOf(e: Edit): EditInput {
  const out: EditInput = { layer: e.layer, op: e.op, id: e.id }
  if (e.feature) out.feature = e.feature
  if (e.set && Object.keys(e.set).length) out.set = e.set
  if (e.geometry) out.geometry = e.geometry
  if (e.z_m?.length) out.z_m = e.z_m
  if (e.off) out.off = true
  if (e.group) out.group = e.group
  if (e.kind) out.kind = e.kind
  if (e.comment) out.comment = e.comment
  return out
}

const copyOf = (e: Edit): Planned => ({ do: 'append', edit: inputOf(e), was: e.seq })

/**
 * The steps that take some steps back, where before is what stood and seqs are the numbers
 * of what was appended. They are made of what the steps changed on the whole, so that an
 * edit that was switched and then taken away comes back as it was.
 */
export function inverse(steps: readonly Step[], before: readonly Edit[], seqs: readonly number[]): Planned[] {
  const touched = new Set(steps.flatMap((s) => ('seqs' in s ? s.seqs : [])))
  const removed = new Set(steps.flatMap((s) => (s.do === 'remove' ? s.seqs : [])))
  const replaced = new Set(steps.flatMap((s) => (s.do === 'replace' ? s.seqs : [])))
  const off = new Map(steps.flatMap((s) => (s.do === 'switch' ? s.seqs.map((seq) => [seq, s.off] as const) : [])))
  const old = before.filter((e) => touched.has(e.seq)).sort((a, b) => a.seq - b.seq)
  const left = old.filter((e) => !removed.has(e.seq))
  const turned = left.filter((e) => (off.get(e.seq) ?? e.off) !== e.off)
  const switchBack = (to: boolean): Planned[] => {
    const list = turned.filter((e) => e.off === to).map((e) => e.seq)
    return list.length ? [{ do: 'switch', seqs: list, off: to }] : []
  }
  const made = seqs.filter((seq) => !removed.has(seq))
  return [
    ...(made.length ? [{ do: 'remove' as const, seqs: made }] : []),
    ...left.filter((e) => replaced.has(e.seq)).map((e): Planned => ({ do: 'replace', seqs: [e.seq], edit: inputOf(e) })),
    ...switchBack(true), ...switchBack(false),
    ...old.filter((e) => removed.has(e.seq)).map(copyOf),
  ]
}

/** The place of an edit among those of its feature: that of the number it had at first. */
export type Ranks = ReadonlyMap<number, number>
const rankIn = (ranks: Ranks) => (seq: number) => ranks.get(seq) ?? seq

/**
 * Steps made ready for what stands now. What comes back must come before later edits of
 * the same feature, which build on it: those are taken away and appended again behind it.
 */
export function ordered(steps: readonly Planned[], edits: readonly Edit[], ranks: Ranks): Planned[] {
  const rank = rankIn(ranks)
  const back = steps.filter((s): s is Extract<Planned, { do: 'append' }> => s.do === 'append' && s.was !== undefined)
  if (!back.length) return [...steps]
  const leaving = new Set(steps.flatMap((s) => (s.do === 'remove' ? s.seqs : [])))
  const later = edits.filter((e) => !leaving.has(e.seq)
    && back.some((s) => s.edit.layer === e.layer && s.edit.id === e.id && rank(s.was!) < rank(e.seq)))
  const switched = new Map(steps.flatMap((s) => (s.do === 'switch' ? s.seqs.map((seq) => [seq, s.off] as const) : [])))
  const replaced = new Map(steps.flatMap((s) => (s.do === 'replace' ? [[s.seqs[0], s.edit] as const] : [])))
  const moved = later.map((e): Planned => ({ do: 'append', edit: { ...replaced.get(e.seq) ?? inputOf(e), off: switched.get(e.seq) ?? e.off }, was: e.seq }))
  const appended = [...back, ...moved].sort((a, b) => rank(a.was!) - rank(b.was!))
  const others = steps.filter((s) => !(s.do === 'append' && s.was !== undefined))
  const gone = new Set(later.map((e) => e.seq))
  const left = others.flatMap((s): Planned[] => {
    if (s.do === 'append' || s.do === 'remove') return [s]
    const seqs = s.seqs.filter((seq) => !gone.has(seq))
    return seqs.length ? [{ ...s, seqs }] : []
  })
  return [...left, ...(later.length ? [{ do: 'remove' as const, seqs: later.map((e) => e.seq) }] : []), ...appended]
}

/** What was taken of an act: the steps that take it back, and the numbers that edits have now. */
export interface Taken {
  back: Planned[]
  numbers: Map<number, number>
  ranks: Map<number, number>
}

/**
 * What came of steps that were posted in the place of those meant, where before is what
 * stood and seqs are the numbers of what was appended. Edits that were only moved behind
 * others stay the same edits under other numbers.
 */
export function taken(meant: readonly Planned[], posted: readonly Planned[], before: readonly Edit[], seqs: readonly number[], ranks: Ranks): Taken {
  const appended = posted.filter((s) => s.do === 'append')
  const numberOf = new Map(appended.map((s, i) => [s as Planned, seqs[i]]))
  const numbers = new Map<number, number>()
  const next = new Map(ranks)
  for (const [s, seq] of numberOf) {
    if (s.was === undefined || seq === undefined) continue
    numbers.set(s.was, seq)
    next.set(seq, rankIn(ranks)(s.was))
  }
  const own = meant.flatMap((s) => (s.do === 'append' ? [numberOf.get(s)!] : []))
  const back = renumber({ label: { zh: '', en: '' }, steps: inverse(meant, before, own) }, numbers)
  return { back: back.steps, numbers, ranks: next }
}

/** An act that names edits by their new numbers. */
export function renumber(act: Act, numbers: ReadonlyMap<number, number>): Act {
  if (!numbers.size) return act
  const to = (seq: number) => numbers.get(seq) ?? seq
  return {
    ...act,
    steps: act.steps.map((s) => ('seqs' in s ? { ...s, seqs: s.seqs.map(to) } : s.was === undefined ? s : { ...s, was: to(s.was) })) as Planned[],
  }
}

/** Steps that name the versions of edits that this author knows, so that nothing of another's is overwritten. */
export function seen(steps: readonly Planned[], known: ReadonlyMap<number, number>): Step[] {
  return steps.flatMap((step): Step[] => {
    const { was: _, ...s } = step
    if (s.do === 'append' || s.seen !== undefined) return [s]
    const by = new Map<number | undefined, number[]>()
    for (const seq of s.seqs) by.set(known.get(seq), [...(by.get(known.get(seq)) ?? []), seq])
    return [...by].map(([version, seqs]) => ({ ...s, seqs, ...(version === undefined ? {} : { seen: version }) }))
  })
}
