// What the server says of standards and judgements. Names and units are the server's own.
import type { Text } from './types'

export type Verdict = 'pass' | 'fail' | 'conflict' | 'not_applicable' | 'insufficient' | 'attested' | 'waived'
export type Operator = '>=' | '<=' | '>' | '<' | '='
export type Severity = 'grave' | 'doubts' | 'remark'
export type Role = 'made' | 'failed' | 'unknown'

export interface Level {
  id: string
  title: Text
}

/** A standard at one tier, as it can be chosen. */
export interface Standard {
  /** <standard>/<tier> */
  id: string
  standard: string
  tier: string
  title: Text
  tier_title: Text
  version: string
  source: Text
  levels: Level[] | null
  indicators: number
  requirements: number
}

export interface Refs {
  role: Role
  layer: string
  ids: string[] | null
  /** How many there are; only the first few thousand are named. */
  count: number
}

export interface Reserve {
  amount: number
  unit: string
  text: Text
}

export interface MetricParams {
  numbers?: Record<string, number> | null
  words?: Record<string, string[]> | null
}

export interface Measure {
  metric: string
  title: Text
  definition: Text
  params: MetricParams
  value: number | null
  numerator?: number | null
  denominator?: number | null
  low?: number | null
  high?: number | null
  unit: string
  of?: string
  missing?: Text[] | null
  collect?: Text[] | null
  features?: Refs[] | null
  /** The best first. */
  layers?: string[] | null
  reserve?: Reserve | null
  notes?: Text[] | null
}

export interface Finding {
  code: string
  severity: Severity
  text: Text
  where?: string
}

/** What the applicant's table says on one requirement. */
export interface Reading {
  requirement: string
  where: string
  asked?: string
  text?: string
  met?: boolean | null
  rates?: number[] | null
  numerator?: number | null
  denominator?: number | null
  of?: string
  /** In unit: the requirement's, or that of what is claimed instead. */
  value?: number | null
  unit?: string
  basis: 'counts' | 'count' | 'rate' | 'words' | 'none'
  verdict: Verdict
  reason: Text
  findings?: Finding[] | null
}

export interface Evidence {
  id?: string
  standard: string
  requirement: string
  kind: 'document' | 'waiver'
  title?: string
  file?: string
  date?: string
  author?: string
  reason?: string
  value?: number | null
}

export interface JudgedCondition {
  title: Text
  /** Null is not known. */
  holds: boolean | null
  operator: Operator
  threshold: number | null
  value: number | null
  unit?: string
  from?: 'computed' | 'claim' | ''
}

export interface Flip {
  amount: number
  of: string
  points: number
  text: Text
  thread: boolean
  reserve?: Reserve | null
}

/** A requirement with its verdict and all that it rests on. */
export interface Requirement {
  id: string
  level?: string
  title: Text
  kind: 'spatial' | 'ratio' | 'attested'
  modal?: string
  verdict: Verdict
  reason: Text
  operator?: Operator | ''
  threshold: number | null
  unit?: string
  /** Empty where the standard states the threshold. */
  threshold_from: Text
  unstated?: boolean
  condition?: JudgedCondition | null
  measure?: Measure | null
  /** The verdict of the computed value alone. */
  computed?: Verdict | ''
  also?: Measure[] | null
  claim?: Reading | null
  findings?: Finding[] | null
  evidence?: Evidence[] | null
  wanted?: Text[] | null
  note: Text
  flip?: Flip | null
}

export interface Item {
  number: number
  group: Text
  title: Text
  verdict: Verdict
  requirements: Requirement[] | null
}

export interface Total {
  verdict: Verdict
  requirements: number
  indicators: number
}

export interface Parameter {
  id: string
  title: Text
  value: number | null
  unit?: string
  source: Text
}

export interface Change {
  requirement: string
  title: Text
  before: Verdict
  after: Verdict
  value_before: number | null
  value_after: number | null
  unit?: string
}

export interface Judgement {
  profile: {
    id: string
    standard: string
    tier: string
    title: Text
    tier_title: Text
    version: string
    source: Text
    note: Text
    levels?: Level[] | null
    sha256: string
  }
  community: { id: string; name: string; area_m2: number }
  answer: { verdict: Verdict; text: Text }
  revision: number
  scenario?: string
  engine: string
  crs?: string
  claims?: { file: string; sha256: string; title?: string; applicant?: string; date?: string; met: number; rows: number } | null
  /** False where only the table was audited. */
  measured: boolean
  /** Documented usual values stood in for missing attributes. */
  assumed?: boolean
  totals: Total[] | null
  items: Item[] | null
  findings?: Finding[] | null
  parameters?: Parameter[] | null
  /** Ids of requirements to look at first. */
  worst: string[] | null
  since?: { revision: number; changed: Change[] | null } | null
}

export interface KeptJudgement extends Judgement {
  /** Something it rests on has changed since. */
  stale: boolean
}

export interface JudgeRequest {
  profile: string
  community?: string
  /** The applicant's table, as its bytes in base64. Without it the one kept before stays in force. */
  claims?: { name: string; data: string } | null
  /** Forget the table kept before. */
  drop_claims?: boolean
  /** Take documented usual values for missing attributes of cells, buildings and cameras. */
  assume?: boolean
}

export type ReportFormat = 'html' | 'xlsx' | 'json'
