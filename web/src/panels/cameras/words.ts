// The words for what the server says of cameras in codes.
import type { Key } from '../../i18n'

export const viewKey: Record<string, Key> = { views: 'view_views', redundancy: 'view_redundancy' }
export const ptzKey: Record<'now' | 'could', Key> = { now: 'ptz_now', could: 'ptz_could' }
export const coveredKey: Record<string, Key> = { yes: 'seenYes', no: 'seenNo', unknown: 'seenUnknown' }
