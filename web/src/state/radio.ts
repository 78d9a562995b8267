// What a 5G coverage run says, put in order: its shares by operator and band, its
// classes, its spots, the colours that tell cells apart. Pure; the panels show it.
import type { Layer, LevelClass, LonLat, RadioChoices, RadioParams, Run, Text, Thresholds, Value } from '../api/types'
import { serverColour, serverHueCount } from '../map/palette'
import type { BuildingLevel } from './buildings'
import { allGroup, groupName } from './groups'
import type { LabelPoints } from './labels'

export const kinds = ['covered', 'outdoor', 'indoor', 'households'] as const
export type ShareKind = (typeof kinds)[number]

const everyGroup = 'every'

// [<run>_]<kind>_share[/<group>]
const pattern = /(?:^|_)(covered|outdoor|indoor|households)_share(?:\/(.+))?$/

/** A share with what it is of. */
interface Parsed {
  kind: ShareKind
  group: string
  value: Value
}

function parsed(run: Run): Parsed[] {
  return (run.values ?? []).flatMap((value) => {
    const found = pattern.exec(value.id)
    return found ? [{ kind: found[1] as ShareKind, group: found[2] ?? '', value }] : []
  })
}

/** The shares of the community: of all cells together. */
export function shares(run: Run): Partial<Record<ShareKind, Value>> {
  const list = parsed(run)
  const of = (kind: ShareKind) => list.find((p) => p.kind === kind && p.group === '') ?? list.find((p) => p.kind === kind && p.group === allGroup)
  return Object.fromEntries(kinds.flatMap((k) => (of(k) ? [[k, of(k)!.value]] : [])))
}

/** The share of outdoor area that every operator covers. */
export const everyOperator = (run: Run): Value | null => parsed(run).find((p) => p.group === everyGroup)?.value ?? null

/** Values of the run that are no such share. */
export const otherValues = (run: Run): Value[] => (run.values ?? []).filter((v) => !pattern.test(v.id))

export interface GroupRow {
  id: string
  operator: string
  /** Empty for all bands of the operator. */
  band: string
  covered: Value | null
  outdoor: Value | null
}

/** One row for each operator, followed by its bands where it has several. */
export function groupRows(run: Run): GroupRow[] {
  const rows = new Map<string, GroupRow>()
  for (const { kind, group, value } of parsed(run)) {
    if (!group.startsWith('operator:') || (kind !== 'covered' && kind !== 'outdoor')) continue
    const row = rows.get(group) ?? { id: group, ...groupName(group), covered: null, outdoor: null }
    row[kind] = value
    rows.set(group, row)
  }
  const list = [...rows.values()]
  const bands = (operator: string) => list.filter((r) => r.operator === operator && r.band).sort((a, b) => (a.band < b.band ? -1 : 1))
  return list.filter((r) => !r.band).flatMap((r) => [r, ...(bands(r.operator).length > 1 ? bands(r.operator) : [])])
}

/** The operators of a run, in the order of their colours; the unknown one last. */
export function operatorsOf(run: Run | null, cells: Props[]): string[] {
  const names = new Set(cells.map((c) => text(c.operator)))
  if (run) for (const row of groupRows(run)) names.add(row.operator)
  const rank = (name: string) => {
    const at = known.findIndex((k) => k.test(name))
    return name === '' ? known.length + 1 : at < 0 ? known.length : at
  }
  return [...names].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0))
}
// The operators of mainland China come first, so that as a rule each keeps its colour
// from one community to the next.
const known = [/移动|mobile/i, /电信|telecom/i, /联通|unicom/i, /广电|broadnet/i]

/** Something needed is unknown, so no coverage is told. */
export function insufficient(run: Run): boolean {
  const list = parsed(run)
  return list.length > 0 && list.every((p) => p.value.value === null)
}

/** What would have to be known, each thing once. */
export function lacking(run: Run): Text[] {
  const seen = new Map<string, Text>()
  for (const v of run.values ?? []) for (const m of v.missing ?? []) seen.set(m.zh + m.en, m)
  return [...seen.values()]
}

export function thresholdsOf(params: RadioParams | null | undefined, choices: RadioChoices | null): Thresholds | null {
  const list = choices?.thresholds ?? []
  return list.find((t) => t.id === params?.thresholds) ?? (params?.thresholds ? null : (list[0] ?? null))
}

/** The classes of a run; by its layer where the profile is no longer known. */
export function classesOf(run: Run | null, choices: RadioChoices | null, layer: Layer | undefined): LevelClass[] {
  const profile = thresholdsOf(run?.params, choices)
  if (profile) return profile.classes
  const codes = layer?.fields?.find((f) => f.name === 'class')?.codes ?? []
  return codes.map((c) => ({ id: c.value, title: c.title }))
}

/** Which class a level is in; −1 where there are none. */
export function classAt(classes: LevelClass[], dbm: number): number {
  const at = classes.findIndex((c) => c.from_dbm == null || dbm >= c.from_dbm)
  return at < 0 ? classes.length - 1 : at
}

/** The levels a bar of the class scale goes from and to: one step beyond its bounds. */
export function levelRange(classes: LevelClass[], threshold: number): [low: number, high: number] {
  const bounds = [threshold, ...classes.flatMap((c) => (c.from_dbm == null ? [] : [c.from_dbm]))]
  return [Math.min(...bounds) - 10, Math.max(...bounds) + 10]
}

type Props = Record<string, unknown>
const text = (v: unknown) => (typeof v === 'string' ? v : '')
const number = (v: unknown) => (typeof v === 'number' ? v : null)

/** Points and attributes of a layer of the run, as far as they were read. */
export function pointsOf(labels: LabelPoints, layer: string): { at: LonLat; properties: Props }[] {
  return (labels[layer]?.features ?? []).flatMap((f) =>
    (f.geometry.type === 'Point' ? [{ at: f.geometry.coordinates as LonLat, properties: f.properties ?? {} }] : []))
}

export interface Spot {
  id: string
  at: LonLat
  kind: 'uncovered' | 'weak'
  areaM2: number
  households: number
  reason: string
  /** What stands in the way of most of it; empty where nothing does. */
  blocker: string
  dBm: number | null
}

/** The spots: most households first, then the largest. */
export function spotsOf(labels: LabelPoints, layer: string): Spot[] {
  return pointsOf(labels, layer).map(({ at, properties: p }) => ({
    id: text(p.id), at, kind: p.kind === 'weak' ? 'weak' as const : 'uncovered' as const,
    areaM2: number(p.area_m2) ?? 0, households: Math.round(number(p.households) ?? 0), reason: text(p.reason),
    blocker: text(p.blocker_name) || text(p.blocker), dBm: number(p.rsrp_dbm),
  })).sort((a, b) => b.households - a.households || b.areaM2 - a.areaM2 || (a.id < b.id ? -1 : 1))
}

export interface Gap {
  id: string
  at: LonLat
  /** Those that do not cover it. */
  operators: string
  areaM2: number
  households: number
}

/** Where some operators cover and others do not: most households first, then the largest. */
export function gapsOf(labels: LabelPoints, layer: string): Gap[] {
  return pointsOf(labels, layer).map(({ at, properties: p }) => ({
    id: text(p.id), at, operators: text(p.operators), areaM2: number(p.area_m2) ?? 0, households: Math.round(number(p.households) ?? 0),
  })).sort((a, b) => b.households - a.households || b.areaM2 - a.areaM2 || (a.id < b.id ? -1 : 1))
}

/** The buildings that are not served: most households first, then the least covered. */
export function notServed(list: BuildingLevel[]): BuildingLevel[] {
  return list.filter((b) => !b.served).sort((a, b) =>
    (b.households ?? 0) - (a.households ?? 0) || (a.coveredPct ?? 0) - (b.coveredPct ?? 0) || (a.id < b.id ? -1 : 1))
}

export interface IncompleteCell {
  id: string
  site: string
  missing: string[]
}

export function incompleteCells(labels: LabelPoints, layer: string): IncompleteCell[] {
  return pointsOf(labels, layer).filter(({ properties: p }) => p.state === 'incomplete')
    .map(({ properties: p }) => ({ id: text(p.id), site: text(p.site), missing: text(p.missing).split(/[,;、\s]+/).filter(Boolean) }))
}

/**
 * Colours of best-server areas by cell. A site takes the hue whose nearest other site
 * is farthest away, so that neighbours differ; its cells take tints of it.
 */
export function serverColours(cells: { at: LonLat; properties: Props }[]): Map<string, string> {
  const sites = new Map<string, { at: LonLat; cells: string[] }>()
  const ordered = [...cells].sort((a, b) => (text(a.properties.id) < text(b.properties.id) ? -1 : 1))
  for (const { at, properties: p } of ordered) {
    const key = text(p.site) || text(p.id)
    const site = sites.get(key) ?? { at, cells: [] }
    site.cells.push(text(p.id))
    sites.set(key, site)
  }
  const taken: LonLat[][] = Array.from({ length: serverHueCount }, () => [])
  const out = new Map<string, string>()
  for (const site of sites.values()) {
    const room = taken.map((list) => Math.min(Infinity, ...list.map((p) => Math.hypot(p[0] - site.at[0], p[1] - site.at[1]))))
    const hue = room.indexOf(Math.max(...room))
    taken[hue].push(site.at)
    site.cells.forEach((id, i) => out.set(id, serverColour(hue, i)))
  }
  return out
}
