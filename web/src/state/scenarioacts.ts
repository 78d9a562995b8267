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

/** The steps that take some steps back, where before is what stood and seqs are the numbers of what was appended. */
export function inverse(steps: readonly Step[], before: readonly Edit[], seqs: readonly number[]): Planned[] {
  const now = new Map(before.map((e) => [e.seq, e]))
  const given = [...seqs]
  const out: Planned[][] = []
  for (const step of steps) {
    switch (step.do) {
      case 'append': {
        const seq = given.shift()
        if (seq !== undefined) out.push([{ do: 'remove', seqs: [seq] }])
        break
      }
      case 'remove': {
        const gone = step.seqs.flatMap((s) => now.get(s) ?? []).sort((a, b) => a.seq - b.seq)
        out.push(gone.map(copyOf))
        for (const e of gone) now.delete(e.seq)
        break
      }
      case 'replace': {
        const old = now.get(step.seqs[0])
        if (old) out.push([{ do: 'replace', seqs: [old.seq], edit: inputOf(old) }])
        break
      }
      case 'switch': {
        const turned = step.seqs.flatMap((s) => now.get(s) ?? []).filter((e) => e.off !== step.off)
        if (turned.length) out.push([{ do: 'switch', seqs: turned.map((e) => e.seq), off: !step.off }])
        for (const e of turned) now.set(e.seq, { ...e, off: step.off })
        break
      }
    }
  }
  return out.reverse().flat()
}

/**
 * Steps made ready for what stands now. What comes back must come before later edits of
 * the same feature, which build on it: those are taken away and appended again behind it.
 */
export function ordered(steps: readonly Planned[], edits: readonly Edit[]): Planned[] {
  const back = steps.filter((s): s is Extract<Planned, { do: 'append' }> => s.do === 'append' && s.was !== undefined)
  if (!back.length) return [...steps]
  const leaving = new Set(steps.flatMap((s) => (s.do === 'remove' ? s.seqs : [])))
  const later = edits.filter((e) => !leaving.has(e.seq)
    && back.some((s) => s.edit.layer === e.layer && s.edit.id === e.id && s.was! < e.seq))
  const appended = [...back, ...later.map(copyOf)].sort((a, b) => a.was! - b.was!)
  const others = steps.filter((s) => !(s.do === 'append' && s.was !== undefined))
  return [...(later.length ? [{ do: 'remove' as const, seqs: later.map((e) => e.seq) }] : []), ...others, ...appended]
}

/** Numbers that edits were given in the place of the ones they had. */
export function renumbered(steps: readonly Planned[], seqs: readonly number[]): Map<number, number> {
  const out = new Map<number, number>()
  steps.filter((s) => s.do === 'append').forEach((s, i) => { if (s.was !== undefined && seqs[i] !== undefined) out.set(s.was, seqs[i]) })
  return out
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
