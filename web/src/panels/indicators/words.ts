// Words of verdicts, and the figures of a requirement as text.
import type { Requirement, Role, Severity, Verdict } from '../../api/judgement'
import * as format from '../../format'
import { type Key, lang, t } from '../../i18n'
import { claimedFigures } from '../../state/judgement'

export const verdictKey: Record<Verdict, Key> = {
  pass: 'verdict_pass', fail: 'verdict_fail', conflict: 'verdict_conflict', not_applicable: 'verdict_not_applicable',
  insufficient: 'verdict_insufficient', attested: 'verdict_attested', waived: 'verdict_waived',
}
export const severityKey: Record<Severity, Key> = { grave: 'severity_grave', doubts: 'severity_doubts', remark: 'severity_remark' }
export const roleKey: Record<Role, Key> = { failed: 'role_failed', unknown: 'role_unknown', made: 'role_made' }
export const kindKey: Record<Requirement['kind'], Key> = { spatial: 'kind_spatial', ratio: 'kind_ratio', attested: 'kind_attested' }

const signs: Record<string, string> = { '>=': '≥', '<=': '≤', '>': '>', '<': '<', '=': '=' }
export const sign = (operator: string | undefined) => signs[operator ?? ''] ?? ''

/** The unit of the requirement, or that of what was measured. */
export const unitOf = (r: Requirement) => r.unit || r.measure?.unit || ''

/** "≥ 80 %"; empty where nothing is compared. */
export function thresholdText(r: Requirement): string {
  if (r.threshold !== null) return `${sign(r.operator)} ${format.exact(r.threshold, unitOf(r))}`.trim()
  return r.unstated ? `${sign(r.operator)} ?`.trim() : ''
}

/** The computed value, or the bounds that it lies between; empty where nothing was computed. */
export function valueText(r: Requirement): string {
  const m = r.measure
  if (!m) return ''
  if (m.value !== null) return format.exact(m.value, m.unit, r.threshold)
  if (m.low != null && m.high != null) return t('valueBetween', format.exact(m.low, '', r.threshold), format.exact(m.high, m.unit, r.threshold))
  return ''
}

/** What is claimed; empty where no figure is. */
export const claimText = (r: Requirement) =>
  claimedFigures(r).map((c) => format.exact(c, unitOf(r), r.threshold)).join(lang.value === 'zh' ? '、' : ', ')

/** What is claimed, in any case: a figure, a count of things in a unit of its own, words or nothing. */
export function claimWords(r: Requirement): string {
  const { claim } = r
  if (!claim || claim.basis === 'none') return t('notClaimed')
  return claimText(r) || (claim.value == null ? t('inWords') : format.amount(claim.value, claim.unit || claim.of))
}

/** The applicant's own counts, and what they give where that is not what is claimed. */
export function claimCounts(r: Requirement): string {
  const { claim } = r
  if (claim?.numerator == null || claim.denominator == null) return ''
  const counts = format.partOf(claim.numerator, claim.denominator, claim.of)
  const gives = claim.value != null && claim.basis === 'counts' && !claimedFigures(r).includes(claim.value) ? format.exact(claim.value, unitOf(r), r.threshold) : ''
  return gives ? `${counts} = ${gives}` : counts
}

/** A place in the applicant's file, in the reader's words. */
export const whereText = (where: string | undefined) => (where ?? '').replace(/\brow (\d+)/, (_, n: string) => t('rowOf', n))
