// Words of scenarios: states, edits, changes of a value.
import type { Edit, LiveValue, Op, Per, ScenarioHead, ScenarioState } from '../../api/scenario'
import type { Layer, Scalar, Text } from '../../api/types'
import * as format from '../../format'
import { type Key, lang, say, t } from '../../i18n'
import { titleOf, valueText } from '../../state/attributes'

export const stateKey: Record<ScenarioState, Key> = {
  draft: 'scenarioState_draft', approved: 'scenarioState_approved', adopted: 'scenarioState_adopted', archived: 'scenarioState_archived',
}
export const opKey: Record<Op, Key> = { add: 'editOp_add', change: 'editOp_change', move: 'editOp_move', delete: 'editOp_delete' }
export const perKey: Record<Per, Key> = { thing: 'costPer_thing', m: 'costPer_m', m2: 'costPer_m2' }
export const opSign: Record<Op, string> = { add: '+', change: '~', move: '↔', delete: '−' }

/** A message in both languages from one key, as acts are labelled. */
export function both(zh: string, en: string): Text {
  return { zh, en }
}

/** A value of an attribute, in the words of its schema; null is not known. */
export function attributeText(layer: Layer | undefined, name: string, value: Scalar | undefined): string {
  if (value === null || value === undefined) return t('editNothing')
  const field = layer?.fields?.find((f) => f.name === name)
  return field ? valueText(field, value) : String(value)
}
export const attributeTitle = (layer: Layer | undefined, name: string) => say(layer?.fields?.find((f) => f.name === name)?.title) || name

/** What an edit is of: the name of what it adds, else what is known of the feature. */
export function editTitle(e: Edit, layer: Layer | undefined, known: string | undefined): string {
  if (e.feature && layer) return titleOf(layer, e.feature.properties ?? {}, e.id)
  return known ?? (layer ? `${say(layer.title)} ${e.id}` : e.id)
}

/** What an edit does, in a few words. */
export function editWhat(e: Edit, layer: Layer | undefined): string {
  const set = Object.entries(e.set ?? {}).map(([name, v]) => `${attributeTitle(layer, name)} → ${attributeText(layer, name, v)}`)
  if (e.geometry && e.op === 'change') set.push(t('editGeometry'))
  return set.join(lang.value === 'zh' ? '；' : '; ')
}

export const baseText = (s: ScenarioHead) => t('scenarioBase', s.base)

/** The value of a requirement with as many digits as tell it from what it is held against. */
export function figure(v: LiveValue, value: number | null, against: number | null): string {
  if (value === null) return t('unknown')
  return format.exact(value, v.unit, against ?? v.threshold)
}

export type Turn = 'better' | 'worse' | 'other' | 'same'
export function turnOf(v: LiveValue): Turn {
  if (v.better > 0) return 'better'
  if (v.better < 0) return 'worse'
  return changed(v) ? 'other' : 'same'
}
export const turnKey: Record<Turn, Key> = { better: 'liveBetter', worse: 'liveWorse', other: 'liveOther', same: 'liveUnchanged' }

/** Whether a value is another than without the scenario, in any way that shows. */
export function changed(v: LiveValue): boolean {
  return v.value !== v.base || v.verdict !== v.base_verdict || (v.numerator ?? null) !== (v.base_numerator ?? null) || (v.denominator ?? null) !== (v.base_denominator ?? null)
}

/** Up or down, by the number itself. */
export function arrow(v: LiveValue): string {
  const delta = v.delta ?? (v.value !== null && v.base !== null ? v.value - v.base : 0)
  return delta > 0 ? '▲' : delta < 0 ? '▼' : ''
}
