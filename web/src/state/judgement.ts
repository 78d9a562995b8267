// A judgement as the panel and the map need it: which rows are on show, where the marks
// of a bar stand, what is marked on the map. Pure: the server's words in, plain values out.
import type { Item, KeptJudgement, Level, Measure, Requirement, Role, Total, Verdict } from '../api/judgement'
import type { Layer, Run, Text } from '../api/types'

/** The worst first: the order in which totals and filters stand. */
export const verdicts: readonly Verdict[] = ['fail', 'conflict', 'insufficient', 'waived', 'attested', 'not_applicable', 'pass']

/** Runs and layers that a judgement made, which nobody asked for by themselves. */
export const ofJudgement = (name: string) => name.startsWith('judge_')

export interface Filter {
  /** Empty: all of them. */
  verdicts: ReadonlySet<Verdict>
  text: string
  /** Only what one thing more or less would turn. */
  thread: boolean
}

export interface Group {
  title: Text
  items: Item[]
}

const wordsOf = (item: Item, r: Requirement) =>
  [r.id, `${item.number} `, item.title.zh, item.title.en, r.title.zh, r.title.en, r.reason.zh, r.reason.en].join('\n').toLowerCase()

/** The items under their groups, with those of their requirements that pass the filter. */
export function grouped(items: readonly Item[], filter: Filter): Group[] {
  const wanted = filter.text.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const out: Group[] = []
  for (const item of items) {
    const requirements = (item.requirements ?? []).filter((r) => (filter.verdicts.size === 0 || filter.verdicts.has(r.verdict))
      && (!filter.thread || r.flip?.thread === true)
      && (wanted.length === 0 || wanted.every((w) => wordsOf(item, r).includes(w))))
    if (!requirements.length) continue
    const last = out[out.length - 1]
    const kept = { ...item, requirements }
    if (last && last.title.zh === item.group.zh && last.title.en === item.group.en) last.items.push(kept)
    else out.push({ title: item.group, items: [kept] })
  }
  return out
}

export const requirementsOf = (j: KeptJudgement | null) => (j?.items ?? []).flatMap((i) => i.requirements ?? [])

/** A requirement and the item that it belongs to. */
export function findRequirement(j: KeptJudgement | null, id: string): { item: Item; requirement: Requirement } | null {
  for (const item of j?.items ?? []) {
    const requirement = item.requirements?.find((r) => r.id === id)
    if (requirement) return { item, requirement }
  }
  return null
}

/** Totals of requirements that are not nothing, the worst first. */
export function totalsOf(totals: readonly Total[] | null): Total[] {
  const of = new Map((totals ?? []).map((t) => [t.verdict, t]))
  return verdicts.flatMap((v) => (of.get(v)?.requirements ? [of.get(v)!] : []))
}

export const levelTitle = (levels: readonly Level[] | null | undefined, id: string | undefined) => levels?.find((l) => l.id === id)?.title ?? null

/** Where the marks of a bar stand, from 0 to 1. */
export interface Bar {
  value: number | null
  /** What the value may be, where a part of it is unknown. */
  range: [from: number, to: number] | null
  threshold: number | null
  /** As many as the applicant states. */
  claims: number[]
  /** The side on which the threshold is met. */
  met: 'above' | 'below' | null
}

/**
 * The figures that the applicant states in the unit of the requirement: shares as they
 * were written, though the counts beside them may give another; else the count. A count
 * of things where a share is asked for is none of them.
 */
export function claimedFigures(r: Requirement): number[] {
  const { claim } = r
  const unit = r.unit || r.measure?.unit || ''
  const share = unit === '%'
  if (!claim) return []
  if (share && claim.rates?.length) return [...new Set(claim.rates)]
  const other = claim.unit ? claim.unit !== unit : share && claim.basis === 'count'
  return claim.value == null || other ? [] : [claim.value]
}

/** The bar of a requirement; null where there is nothing to draw. */
export function barOf(r: Requirement): Bar | null {
  const value = r.measure?.value ?? null
  const claims = claimedFigures(r)
  const { threshold } = r
  const [low, high] = [r.measure?.low ?? null, r.measure?.high ?? null]
  if (value === null && !claims.length && low === null) return null
  const unit = r.unit || r.measure?.unit
  const largest = Math.max(0, value ?? 0, ...claims, threshold ?? 0, high ?? 0)
  const full = unit === '%' && largest <= 100 ? 100 : largest * 1.15 || 1
  const at = (v: number | null) => (v === null ? null : Math.min(1, Math.max(0, v / full)))
  const sides = { '>=': 'above', '>': 'above', '<=': 'below', '<': 'below' } as const
  return {
    value: at(value),
    range: value === null && low !== null && high !== null ? [at(low)!, at(high)!] : null,
    threshold: at(threshold),
    claims: claims.map((c) => at(c)!),
    met: sides[r.operator as keyof typeof sides] ?? null,
  }
}

/** Features of one layer that are marked on the map for what they do to a value. */
export interface Highlight {
  layer: string
  role: Role
  ids: readonly string[]
}

/** A feature is marked once, for the gravest of what it does. */
const gravest: readonly Role[] = ['failed', 'unknown', 'made']

/** What to mark of a measure, of layers that can be drawn. */
export function highlightsOf(measure: Measure | null | undefined, drawn: (layer: string) => boolean): Highlight[] {
  const taken = new Set<string>()
  const out: Highlight[] = []
  for (const role of gravest) {
    for (const refs of measure?.features ?? []) {
      if (refs.role !== role || !drawn(refs.layer)) continue
      const ids = (refs.ids ?? []).filter((id) => !taken.has(`${refs.layer}/${id}`))
      for (const id of ids) taken.add(`${refs.layer}/${id}`)
      if (ids.length) out.push({ layer: refs.layer, role, ids })
    }
  }
  return out
}

/** Layers that show a measure. */
export interface Shown {
  /** All results among those named that exist, the best first. */
  listed: Layer[]
  /** Those of them that are on to begin with. */
  on: Layer[]
}

/**
 * The layers that show a measure: the best one that exists is on, with what the same run
 * found besides; of layers that would hide each other only the first, where exclusive
 * tells the set that a layer belongs to. Where there are no results, and marked tells
 * that no feature is marked either, the first input is on.
 */
export function layersOnShow(named: readonly string[], layers: readonly Layer[], exclusive: (layer: Layer) => string | null, marked = false): Shown {
  const existing = [...new Set(named)].flatMap((name) => layers.find((l) => l.name === name && l.count > 0 && (l.shapes?.length ?? 0) > 0) ?? [])
  const listed = existing.filter((l) => l.kind === 'result')
  if (!listed.length) return { listed, on: marked ? [] : existing.slice(0, 1) }
  const taken = new Set<string>()
  const on = listed.filter((layer, i) => {
    const set = exclusive(layer)
    if ((i > 0 && (!layer.run || layer.run !== listed[0].run)) || (set && taken.has(set))) return false
    if (set) taken.add(set)
    return true
  })
  return { listed, on }
}

/** The runs that made some layers, in their order. */
export const runsBehind = (layers: readonly Layer[], runs: readonly Run[]): Run[] =>
  [...new Set(layers.flatMap((l) => runs.find((r) => r.id === l.run) ?? []))]

/** A file's bytes as the server takes them. */
export function base64(bytes: Uint8Array): string {
  const piece = 0x8000 // more arguments than this some browsers refuse
  let text = ''
  for (let i = 0; i < bytes.length; i += piece) text += String.fromCharCode(...bytes.subarray(i, i + piece))
  return btoa(text)
}
