// Numbers as people read them: with their unit, and no digit that is not known.
import type { Value } from './api/types'
import { lang, t } from './i18n'

function number(value: number, digits: number): string {
  return value.toLocaleString(lang.value === 'zh' ? 'zh-CN' : 'en-GB', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
}

export const count = (value: number) => number(value, Number.isInteger(value) ? 0 : 1)

/** A share; what is not whole is never rounded up to whole, what is not nothing never down to nothing. */
export function percent(value: number): string {
  if (value > 99.9 && value < 100) return '> 99.9 %'
  if (value > 0 && value < 0.1) return '< 0.1 %'
  return `${number(value, value === 0 || value === 100 ? 0 : 1)} %`
}

/** A time: to the tenth, where cut-offs are decided. */
export function minutes(value: number): string {
  return `${number(value, Number.isInteger(value) ? 0 : 1)} ${t('minutes')}`
}

export function metres(value: number): string {
  if (value >= 1000) return `${number(value / 1000, 1)} km`
  return `${number(value, value < 10 && value >= 0.05 ? 1 : 0)} m`
}

export function squareMetres(value: number): string {
  if (value >= 1e6) return `${number(value / 1e6, 2)} km²`
  if (value >= 1e4) return `${number(value / 1e4, 1)} ha`
  return `${number(value, 0)} m²`
}

/** A number of an attribute in its unit. Three significant digits behind a real are plenty. */
export function quantity(value: number, unit = '', type: 'integer' | 'real' | string = 'real'): string {
  if (unit === 'min') return minutes(value)
  if (unit === 'm') return metres(value)
  if (unit === 'm²') return squareMetres(value)
  if (unit === '%') return percent(value)
  if (unit === 'dBm') return dbm(value)
  if (type === 'integer' && unit === '' && Math.abs(value) < 10_000) return String(value) // years take no separators
  const size = Math.abs(value)
  const digits = Number.isInteger(value) || size >= 1000 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3
  return `${number(value, digits)} ${unit}`.trim()
}

/** Words for what is counted, where the server names it by a plain word. */
const counted: Record<string, readonly [zh: string, en: string]> = {
  households: ['户', 'households'], residents: ['人', 'residents'], buildings: ['栋', 'buildings'], cameras: ['台', 'cameras'],
  'key points': ['处', 'key points'], points: ['处', 'points'], lamps: ['盏', 'lamps'], compounds: ['个小区', 'compounds'],
  'gated compounds': ['个封闭小区', 'gated compounds'], gates: ['个出入口', 'gates'], entrances: ['个出入口', 'entrances'], devices: ['台', 'devices'],
  facilities: ['处', 'facilities'], meters: ['只表', 'meters'], elders: ['人', 'elders'], answers: ['份', 'answers'], kinds: ['种', 'kinds'],
  spaces: ['个车位', 'spaces'], chargers: ['个充电桩', 'chargers'], doors: ['个楼门', 'doors'], places: ['个学位', 'places'], beds: ['张床位', 'beds'],
  records: ['份档案', 'records'], cells: ['个格口', 'cells'], features: ['个要素', 'features'], parks: ['处', 'parks'], structures: ['处', 'structures'],
  bins: ['个', 'bins'], lifts: ['部', 'lifts'], categories: ['类', 'categories'], floors: ['层', 'floors'], min: ['分钟', 'min'], times: ['次', 'times'],
}

/** A unit in the reader's words. */
export const unitWord = (unit: string | undefined) => (unit && counted[unit]?.[lang.value === 'zh' ? 0 : 1]) || (unit ?? '')

/**
 * A value to be held against another: with as many digits as it takes to see that the
 * two are not the same, so that 79.996 % is never read as meeting 80 %. The unit stays
 * with its number.
 */
export function exact(value: number, unit = '', against: number | null = null): string {
  const round = (v: number, digits: number) => Number(v.toFixed(digits))
  let digits = Math.abs(value) >= 1000 ? 0 : 2
  while (against !== null && value !== against && round(value, digits) === round(against, digits) && digits < 6) digits++
  const text = (lang.value === 'zh' ? new Intl.NumberFormat('zh-CN', { maximumFractionDigits: digits }) : new Intl.NumberFormat('en-GB', { maximumFractionDigits: digits })).format(value)
  return `${text.replace('-', '−')}\u00a0${unitWord(unit)}`.trim()
}

/** A number with the digits that it has, up to two behind whole ones and three behind none. */
export const plain = (value: number) =>
  value.toLocaleString(lang.value === 'zh' ? 'zh-CN' : 'en-GB', { maximumFractionDigits: Math.abs(value) < 1 ? 3 : 2 }).replace('-', '−')

/** An amount of what a share counts, such as m² of ground or lamps. */
export function amount(value: number, of = ''): string {
  if (of === 'm²') return squareMetres(value)
  if (of === 'm') return metres(value)
  return `${plain(value)}\u00a0${unitWord(of)}`.trim()
}

/** A part and its whole, such as "85 / 109 lamps"; in small units where large ones would make them look alike. */
export function partOf(numerator: number, denominator: number, of = ''): string {
  const [part, whole] = [amount(numerator, of), amount(denominator, of)]
  if ((of === 'm²' || of === 'm') && (part !== whole || numerator === denominator)) return `${part} / ${whole}`
  return `${plain(numerator)} / ${plain(denominator)}\u00a0${unitWord(of)}`.trim()
}

/** A number with a real minus sign. */
const signed = (value: number, digits: number) => number(value, digits).replace('-', '−')

/** A level: whole decibels, since the models know no better. */
export const dbm = (value: number) => `${signed(Math.round(value) || 0, 0)} dBm`

/** A term of a link budget. */
export const decibels = (value: number, digits = 1) => `${signed(value, digits)} dB`
/** The same with a plus where it adds. */
export const gain = (value: number, unit = 'dB') => `${value > 0 ? '+' : ''}${signed(value, 1)} ${unit}`

export const degrees = (value: number) => `${signed(Math.round(value) || 0, 0)}°`

/** A height: to the decimetre. */
export const heightOf = (value: number) => `${signed(value, 1)} m`

/** A place: 5 decimals are one metre. */
export function lonLat([lon, lat]: readonly [number, number]): string {
  const ew = lon < 0 ? 'W' : 'E'
  const ns = lat < 0 ? 'S' : 'N'
  return `${Math.abs(lat).toFixed(5)}° ${ns}  ${Math.abs(lon).toFixed(5)}° ${ew}`
}

/** A share in words: its per cent, that it is unknown, or that there is nothing to share. */
export function share(v: Value | null | undefined): string {
  if (v?.value != null) return percent(v.value)
  return t(v?.denominator === 0 && !v.missing?.length ? 'notApplicable' : 'unknown')
}
