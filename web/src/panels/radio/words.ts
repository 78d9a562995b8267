// The words for what the server says in codes, and sentences made of several figures.
import type { BlockedLoss, Candidates, Change, EntryLoss, Link, Signals, Thresholds } from '../../api/types'
import * as format from '../../format'
import { type Key, lang, t } from '../../i18n'
import type { ShareKind } from '../../state/radio'
import type { InTheWay } from '../../state/section'

export const shareKey: Record<ShareKind, Key> = {
  covered: 'share_covered', outdoor: 'share_outdoor', indoor: 'share_indoor', households: 'share_households',
}
export const viewKey: Record<string, Key> = { classes: 'view_classes', covered: 'view_covered', servers: 'view_servers' }
export const blockedKey: Record<BlockedLoss, Key> = { statistical: 'blocked_statistical', knife_edge: 'blocked_knife_edge' }
export const entryKey: Record<EntryLoss, Key> = { low: 'entry_low', high: 'entry_high' }
export const changeKey: Record<Change, Key> = { add: 'change_add', turn: 'change_turn', tilt: 'change_tilt', raise: 'change_raise' }
export const candidatesKey: Record<Candidates, Key> = { rooftops: 'candidates_rooftops', lamps: 'candidates_lamps' }
export const placeKey: Record<Signals['place'], Key> = { outdoor: 'place_outdoor', indoor: 'place_indoor', outside: 'place_outside' }

const flagKeys: Record<string, Key> = {
  too_near: 'flag_too_near', too_far: 'flag_too_far', antenna_low: 'flag_antenna_low', antenna_high: 'flag_antenna_high',
  frequency: 'flag_frequency', below_roof: 'flag_below_roof',
}
export const flag = (code: string) => (flagKeys[code] ? t(flagKeys[code]) : code)

/** What must be met: "RSRP ≥ −105 dBm and SINR ≥ −3 dB". */
export function demand(p: Pick<Thresholds, 'rsrp_dbm' | 'sinr_db' | 'probability'>): string {
  const level = t('atLeast', 'SS-RSRP', format.dbm(p.rsrp_dbm))
  const parts = p.sinr_db == null ? level : t('andAlso', level, t('atLeast', 'SS-SINR', format.decibels(p.sinr_db, 0)))
  return p.probability == null ? parts : `${parts}${lang.value === 'zh' ? '，' : ', '}${t('certainty', format.percent(100 * p.probability))}`
}

export const operatorName = (operator: string) => operator || t('unknownOperator')

/** What rises highest into the path. */
export function worst(inTheWay: InTheWay[]): InTheWay | null {
  return inTheWay.reduce<InTheWay | null>((a, b) => (a && a.above_m >= b.above_m ? a : b), null)
}

export const siteName = (l: Pick<Link, 'site' | 'cell'>) => l.site || l.cell
