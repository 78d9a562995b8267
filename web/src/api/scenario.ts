// What the server says of scenarios: edits laid over a pinned revision, what they change,
// what they cost. Names and units are the server's own.
import type { Feature, Geometry } from 'geojson'
import type { Verdict } from './judgement'
import { answerOf, base, call, fileNameOf, post, seg, sent } from './transport'
import type { Extent, Scalar, Shape, Text } from './types'

export type ScenarioState = 'draft' | 'approved' | 'adopted' | 'archived'
export type Op = 'add' | 'change' | 'move' | 'delete'
export type Per = 'thing' | 'm' | 'm2'

/** What one thing, metre or square metre of a kind costs. */
export interface Cost {
  /** An entry of the palette. */
  kind: string
  amount: number
  currency: string
  per: Per
}

/** A scenario without its edits. */
export interface ScenarioHead {
  id: string
  name: string
  description: string
  /** The revision that the edits are laid over. */
  base: number
  /** The scenario that it was copied from; empty for none. */
  parent: string
  state: ScenarioState
  may_edit: boolean
  may_copy: boolean
  author: string
  created: string
  changed: string
  approved_by: string
  /** The revision that it became; 0 before. */
  adopted_as: number
  costs: Cost[] | null
  version: number
  edits_count: number
  /** Layers that it touches moved on since its base. */
  behind: boolean
}

export interface NewFeature extends Feature<Geometry | null, Record<string, Scalar>> {
  id: string
  /** Heights of the points of a line, in metres. */
  z_m?: number[] | null
  extra?: Record<string, Scalar> | null
}

export interface Edit {
  /** Numbers the edits in the order they are applied. */
  seq: number
  layer: string
  op: Op
  id: string
  feature?: NewFeature | null
  set?: Record<string, Scalar> | null
  geometry?: Geometry | null
  z_m?: number[] | null
  off: boolean
  /** Why an edit that is on has no effect. */
  idle: Text | null
  /** Edits that make one thing together. */
  group: string
  /** The entry of the palette that it came from. */
  kind: string
  comment: string
  author: string
  at: string
  version: number
}

export interface Touched {
  layer: string
  id: string
  op: 'added' | 'changed' | 'deleted'
}

export interface Scenario extends ScenarioHead {
  /** Tells contents apart: equal for the same effect over the same base. */
  hash: string
  edits: Edit[] | null
  extent: Extent | null
  touched: Touched[] | null
}

/** An edit as it is handed in: the server numbers it, and names what is added. */
export interface EditInput {
  layer: string
  op: Op
  id?: string
  feature?: Omit<NewFeature, 'id'> & { id?: string }
  set?: Record<string, Scalar>
  geometry?: Geometry
  z_m?: number[]
  off?: boolean
  group?: string
  kind?: string
  comment?: string
}

/** Seen is the version that the author saw: of the feature when appending, of the edit otherwise. */
export type Step =
  | { do: 'append'; edit: EditInput; seen?: number }
  | { do: 'remove'; seqs: number[]; seen?: number }
  | { do: 'replace'; seqs: number[]; edit: EditInput; seen?: number }
  | { do: 'switch'; seqs: number[]; off: boolean; seen?: number }

export type Flip = '' | 'gained' | 'lost' | 'changed'

/** A requirement in a scenario beside what it is without. */
export interface LiveValue {
  requirement: string
  /** Of the indicator that it belongs to. */
  number: number
  group: Text
  indicator: Text
  title: Text
  kind: 'spatial' | 'ratio' | 'attested'
  verdict: Verdict
  base_verdict: Verdict
  value: number | null
  base: number | null
  numerator?: number | null
  denominator?: number | null
  base_numerator?: number | null
  base_denominator?: number | null
  low?: number | null
  high?: number | null
  unit: string
  of?: string
  op?: string
  threshold: number | null
  delta: number | null
  /** The change seen from the standard. */
  better: -1 | 0 | 1
  flip: Flip
  /** The result layers that show it. */
  layers: string[] | null
}

/** What a scenario comes to under one profile. */
export interface Live {
  scenario: string
  version: number
  hash: string
  community: string
  profile: string
  answer: { verdict: Verdict; base_verdict: Verdict; text: Text }
  values: LiveValue[] | null
  totals: { verdict: Verdict; count: number; base: number }[] | null
  /** Requirements whose verdict turned. */
  flips: string[] | null
  took_ms: number
  /** Requirements and runs that were computed anew. */
  recomputed: string[] | null
}

export interface EditAnswer {
  scenario: Scenario
  /** The numbers of the edits that were appended, in the order of the steps. */
  seqs: number[] | null
  live: Live | null
  /** Why there is no live answer. */
  note?: Text | null
  took_ms: number
}

export interface DeltaSide {
  id: string
  name: string
  hash: string
}

export interface FeatureDelta {
  layer: string
  gained: string[] | null
  lost: string[] | null
  changed: string[] | null
}

export interface AreaDelta {
  /** The result layer that is compared. */
  layer: string
  title: Text
  requirement?: string
  gained_m2: number
  lost_m2: number
  gained_layer: string
  lost_layer: string
}

export interface CostLine {
  kind: string
  count: number
  /** How much of what the cost is per. */
  amount: number
  per: Per
  unit_cost: number
  currency: string
  sum: number
}

export interface CostSum {
  lines: CostLine[] | null
  sums: { currency: string; sum: number }[] | null
  unpriced: { kind: string; count: number }[] | null
}

/** What b changes against a; a is null for the base. */
export interface Delta {
  a: DeltaSide | null
  b: DeltaSide
  values: LiveValue[] | null
  flips: string[] | null
  features: FeatureDelta[] | null
  areas: AreaDelta[] | null
  costs: CostSum
}

/** What a scenario and its moved base say differently of one feature. */
export interface Conflict {
  layer: string
  id: string
  /** An attribute; 'geometry'; empty for the whole feature. */
  field: string
  /** An attribute, a place (geometry and z_m) or a feature; null is unknown, or none. */
  ancestor: unknown
  ours: unknown
  theirs: unknown
}

export interface Answer {
  layer: string
  id: string
  field: string
  take: 'ours' | 'theirs' | 'value'
  value?: unknown
}

export interface Rebased {
  scenario: Scenario
  from: number
  /** To be sent along with answers. */
  to: number
  /** False while a conflict is unanswered; nothing is written then. */
  done: boolean
  conflicts: Conflict[] | null
}

export interface Remedy {
  title: Text
  why: Text
  /** An entry of the palette. */
  kind: string
  steps: Step[] | null
  cost: { amount: number; currency: string } | null
  value_before: number | null
  value_after: number | null
  passes: boolean
  requirement: string
  /** What has to be put up or changed. */
  things: number
}

export interface Remedies {
  remedies: Remedy[] | null
  /** How many places and changes were tried out. */
  tried: number
  /** Why there are none, or none that is enough. */
  note: Text | null
}

/** Something that can be drawn. */
export interface PaletteEntry {
  id: string
  title: Text
  layer: string
  shape: Shape
  /** Of the new thing, to begin with. */
  attributes: Record<string, Scalar> | null
  /** What it is snapped to. */
  on?: 'wall' | 'building' | 'way' | ''
  hint: Text
  source: string
  /** Attributes that the form asks first. */
  ask: string[] | null
  /** What a price is counted by. */
  per?: Per
}

/** What became, or would become, of a layer of a file. */
export interface LayerReport {
  layer: string
  title: Text
  in_file: number
  by_id: number
  by_geometry: number
  unchanged: number
  added: number
  changed: number
  deleted: number
  ambiguous: number
  /** Changes of place or shape, and the largest of them. */
  moved: number
  moved_m: number
  missing_count: number
  columns_left?: string[] | null
}

/** What an import made, or would make, of a file: edits that were taken out, or a drawing. */
export interface LayoutReport {
  file: string
  kind: 'changes' | 'drawing'
  dry_run: boolean
  edits: number
  hash: string
  file_hash?: string
  layers: LayerReport[] | null
  /** May be any of several of the base: additions that are switched off. */
  ambiguous: { layer: string; id: string; candidates: string[] | null }[] | null
  source_crs?: string
  notes: Text[] | null
  problems: { code: string; text: Text; count: number; examples?: string[] | null }[] | null
}

export interface LayoutRequest {
  name: string
  author?: string
  file: { name: string; data: string }
  layer?: string
  /** Of a drawing that does not say it. */
  crs?: string
  match_m?: number
  delete_missing?: boolean
  dry_run?: boolean
}

/** What two authors make of one feature. */
export interface EditConflict {
  layer: string
  id: string
  yours: unknown
  theirs: unknown
}

/** Someone edited the scenario. */
export interface ScenarioEvent {
  version: number
  hash: string
  author: string
}

const at = (id: string, act = '') => `api/scenarios/${seg(id)}${act && `/${act}`}`
const query = (of: Record<string, string | undefined>) => new URLSearchParams(Object.entries(of).filter((e): e is [string, string] => !!e[1]))

/** The calls on scenarios. They name the scenario themselves, whatever the page reads. */
export const scenarios = {
  list: (signal?: AbortSignal) => call<{ scenarios: ScenarioHead[] | null }>('api/scenarios', { signal }),
  get: (id: string, signal?: AbortSignal) => call<Scenario>(at(id), { signal }),
  create: (of: { name: string; description?: string; author?: string; base?: number; costs?: Cost[] }) => post<Scenario>('api/scenarios', of),
  describe: (id: string, of: { author?: string; name?: string; description?: string; may_edit?: boolean; may_copy?: boolean; costs?: Cost[]; seen?: number }) =>
    call<Scenario>(at(id), sent('PATCH', of)),
  copy: (id: string, of: { name: string; author?: string }) => post<Scenario>(at(id, 'copy'), of),
  archive: (id: string, author: string) => post<Scenario>(at(id, 'archive'), { author }),
  restore: (id: string, author: string) => post<Scenario>(at(id, 'restore'), { author }),
  approve: (id: string, of: { by: string; hash: string }) => post<Scenario>(at(id, 'approve'), of),
  adopt: (id: string, by: string) => post<{ revision: number }>(at(id, 'adopt'), { by }),
  edit: (id: string, of: { author?: string; community?: string; profile?: string; steps: Step[] }) => post<EditAnswer>(at(id, 'edits'), of),
  live: (id: string, of: { community?: string; profile?: string }, signal?: AbortSignal) => call<Live>(`${at(id, 'live')}?${query(of)}`, { signal }),
  delta: (id: string, of: { against?: string; community?: string; profile?: string }, signal?: AbortSignal) =>
    call<Delta>(`${at(id, 'delta')}?${query(of)}`, { signal }),
  rebase: (id: string, of: { author?: string; to?: number; answers: Answer[] }) => post<Rebased>(at(id, 'rebase'), of),
  import: (of: LayoutRequest) => post<{ scenario: Scenario | null; report: LayoutReport }>('api/scenarios/import', of),
  remedies: (of: { scenario?: string; community?: string; profile: string; requirement: string }, signal?: AbortSignal) =>
    post<Remedies>('api/scenarios/remedies', of, signal),
  palette: (signal?: AbortSignal) => call<{ entries: PaletteEntry[] | null }>('api/palette', { signal }),

  /** The edits as a file. */
  export: async (id: string, format: 'gpkg' | 'geojson') => {
    const response = await answerOf(`${at(id, 'export')}?${query({ format })}`, {})
    return { name: fileNameOf(response) || `${id}.${format}`, data: await response.blob() }
  },

  /**
   * Tells of edits by anyone, and of result layers that are drawn anew, until it is called
   * off. The browser connects again by itself.
   */
  follow: (id: string, changed: (event: ScenarioEvent) => void, drawn: () => void): (() => void) => {
    const source = new EventSource(base() + at(id, 'events'))
    source.addEventListener('changed', (e) => changed(JSON.parse((e as MessageEvent<string>).data) as ScenarioEvent))
    source.addEventListener('drawn', drawn)
    return () => source.close()
  },
}
