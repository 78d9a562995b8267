import { afterEach, expect, test } from 'vitest'
import type { Item, KeptJudgement, Measure, Requirement, Verdict } from '../../src/api/judgement'
import type { Layer, Run } from '../../src/api/types'
import * as format from '../../src/format'
import { lang } from '../../src/i18n'
import { claimCounts, claimText, claimWords, thresholdText, valueText, whereText } from '../../src/panels/indicators/words'
import { barOf, base64, findRequirement, grouped, highlightsOf, layersOnShow, runsBehind, totalsOf } from '../../src/state/judgement'

afterEach(() => { lang.value = 'zh' })

const both = (text: string) => ({ zh: text, en: text })
const none = both('')

function requirement(id: string, verdict: Verdict, more: Partial<Requirement> = {}): Requirement {
  return { id, title: both(`title of ${id}`), kind: 'ratio', verdict, reason: none, threshold: null, threshold_from: none, note: none, ...more }
}
function measure(more: Partial<Measure>): Measure {
  return { metric: 'lamps.smart_share', title: none, definition: none, params: {}, value: null, unit: '%', ...more }
}
const item = (number: number, group: string, ...requirements: Requirement[]): Item =>
  ({ number, group: both(group), title: { zh: `指标${number}`, en: `Indicator ${number}` }, verdict: requirements[0].verdict, requirements })

const thread = { amount: 1, of: 'lamps', points: 0.4, text: none, thread: true }
const items = [
  item(4, 'A', requirement('4.1a', 'fail'), requirement('4.1b', 'pass', { flip: thread })),
  item(5, 'A', requirement('5', 'conflict', { reason: { zh: '申报 85 %', en: '85 % is claimed' } })),
  item(9, 'B', requirement('9', 'attested')),
]
const shown = (filter: { verdicts?: Verdict[]; text?: string; thread?: boolean }) =>
  grouped(items, { verdicts: new Set(filter.verdicts), text: filter.text ?? '', thread: filter.thread ?? false })
    .map((g) => [g.title.en, ...g.items.flatMap((i) => i.requirements!.map((r) => r.id))])

test.each<[string, Parameters<typeof shown>[0], string[][]]>([
  ['everything, group by group', {}, [['A', '4.1a', '4.1b', '5'], ['B', '9']]],
  ['some verdicts', { verdicts: ['fail', 'attested'] }, [['A', '4.1a'], ['B', '9']]],
  ['words of the indicator', { text: '指标4' }, [['A', '4.1a', '4.1b']]],
  ['words of the reason, in any case', { text: '85 % IS' }, [['A', '5']]],
  ['a number', { text: '4.1b' }, [['A', '4.1b']]],
  ['all words must be there', { text: 'indicator nowhere' }, []],
  ['what hangs by a thread', { thread: true }, [['A', '4.1b']]],
  ['all at once', { thread: true, verdicts: ['fail'] }, []],
])('the list shows %s', (_, filter, want) => {
  expect(shown(filter)).toEqual(want)
})

test('a requirement is found with the item that it belongs to', () => {
  const judgement = { items } as unknown as KeptJudgement
  expect(findRequirement(judgement, '4.1b')?.item.number).toBe(4)
  expect(findRequirement(judgement, '4')).toBeNull()
  expect(findRequirement(null, '4.1b')).toBeNull()
})

test('totals come with the worst first, and without those of nothing', () => {
  const totals = [{ verdict: 'pass', requirements: 4, indicators: 3 }, { verdict: 'waived', requirements: 0, indicators: 0 }, { verdict: 'fail', requirements: 1, indicators: 1 }] as const
  expect(totalsOf([...totals]).map((t) => t.verdict)).toEqual(['fail', 'pass'])
  expect(totalsOf(null)).toEqual([])
})

test('a bar of shares runs to 100, one of anything else a little beyond its largest figure', () => {
  const lamps = requirement('5', 'fail', {
    operator: '>=', threshold: 80, unit: '%', measure: measure({ value: 78 }), claim: { requirement: '5', where: '', value: 85, basis: 'rate', verdict: 'fail', reason: none },
  })
  expect(barOf(lamps)).toEqual({ value: 0.78, range: null, threshold: 0.8, claims: [0.85], met: 'above' })
  // 115 % of 200 is the end: 200/230 and 100/230.
  const depth = barOf(requirement('d', 'pass', { operator: '<=', threshold: 200, unit: 'm', measure: measure({ value: 100, unit: 'm' }) }))!
  expect(depth.threshold).toBeCloseTo(200 / 230)
  expect(depth.value).toBeCloseTo(100 / 230)
  expect(depth.met).toBe('below')
  // Meters of three kinds can be more than the households: the bar does not end at 100 then.
  expect(barOf(requirement('7', 'pass', { threshold: 70, unit: '%', measure: measure({ value: 200 }) }))!.value).toBeCloseTo(200 / 230)
})

test('what lies between bounds is a stretch, and what has no figure has no bar', () => {
  expect(barOf(requirement('4.2', 'insufficient', { unit: '%', threshold: 85, measure: measure({ low: 71, high: 93 }) }))).toMatchObject({ value: null, range: [0.71, 0.93] })
  expect(barOf(requirement('9', 'attested'))).toBeNull()
  expect(barOf(requirement('17', 'not_applicable', { measure: measure({ numerator: 0, denominator: 0 }) }))).toBeNull()
})

test('a feature is marked once, for the gravest of what it does, and only where it can be drawn', () => {
  const features = [
    { role: 'made', layer: 'buildings', ids: ['a', 'b', 'c'], count: 3 }, { role: 'failed', layer: 'buildings', ids: ['a'], count: 1 },
    { role: 'unknown', layer: 'buildings', ids: ['a', 'b'], count: 2 }, { role: 'failed', layer: 'communities_books', ids: ['x'], count: 1 },
    { role: 'failed', layer: 'devices', ids: ['a'], count: 1 },
  ] as const
  expect(highlightsOf(measure({ features: features.map((f) => ({ ...f, ids: [...f.ids] })) }), (l) => l !== 'communities_books')).toEqual([
    { layer: 'buildings', role: 'failed', ids: ['a'] }, { layer: 'devices', role: 'failed', ids: ['a'] },
    { layer: 'buildings', role: 'unknown', ids: ['b'] }, { layer: 'buildings', role: 'made', ids: ['c'] },
  ])
  expect(highlightsOf(null, () => true)).toEqual([])
})

test('the layers that exist are shown, the best first, and of those that hide each other one', () => {
  const layer = (name: string, run: string | null, count = 1) => ({ name, run, count, kind: run ? 'result' : 'input', shapes: ['polygon'] }) as unknown as Layer
  const layers = [layer('judge_radio_covered', 'judge_radio'), layer('judge_radio_classes', 'judge_radio'), layer('judge_radio_spots', 'judge_radio', 0), layer('judge_radio_cells', 'judge_radio')]
  const exclusive = (l: Layer) => (/classes|covered/.test(l.name) ? l.run : null)
  const named = ['judge_radio_gone', 'judge_radio_classes', 'judge_radio_covered', 'judge_radio_spots', 'judge_radio_cells']
  const names = (list: Layer[]) => list.map((l) => l.name)
  const found = layersOnShow(named, layers, exclusive)
  expect(names(found.listed)).toEqual(['judge_radio_classes', 'judge_radio_covered', 'judge_radio_cells'])
  expect(names(found.on)).toEqual(['judge_radio_classes', 'judge_radio_cells'])
  expect(runsBehind(found.listed, [{ id: 'radio' }, { id: 'judge_radio' }] as Run[]).map((r) => r.id)).toEqual(['judge_radio'])
  // What other runs found can be switched on, but is not at first; nor is what lies below a layer that the metric drew.
  const circle = [{ ...layer('judge_circle', null), kind: 'result' } as Layer, layer('judge_a_buildings', 'judge_a'), layer('judge_b_buildings', 'judge_b')]
  expect(names(layersOnShow(names(circle), circle, exclusive).on)).toEqual(['judge_circle'])
  expect(names(layersOnShow(names(circle.slice(1)), circle, exclusive).on)).toEqual(['judge_a_buildings'])
  expect(layersOnShow(names(circle), circle, exclusive).listed).toHaveLength(3)
  // An input is switched on only where nothing else would be seen.
  const inputs = [layer('devices', null), layer('ways', null), layers[0]]
  const on = (list: string[], marked: boolean) => names(layersOnShow(list, inputs, exclusive, marked).on)
  expect(on(['devices', 'ways'], false)).toEqual(['devices'])
  expect(on(['devices', 'ways'], true)).toEqual([])
  expect(on(['devices', 'judge_radio_covered'], false)).toEqual(['judge_radio_covered'])
})

test('a value beside its threshold has the digits that tell them apart', () => {
  expect(format.exact(77.98165, '%', 80)).toBe('77.98\u00a0%')
  expect(format.exact(79.99951, '%', 80)).toBe('79.9995\u00a0%')
  expect(format.exact(80, '%', 80)).toBe('80\u00a0%')
  expect(format.exact(-3.2, 'dB')).toBe('−3.2\u00a0dB')
  expect(format.exact(4379, 'households')).toBe('4,379\u00a0户')
})

test('counts carry what they count', () => {
  expect(format.partOf(85, 109, 'lamps')).toBe('85 / 109\u00a0盏')
  expect(format.partOf(344_000, 413_000, 'm²')).toBe('34.4 ha / 41.3 ha')
  expect(format.partOf(412_788, 412_932, 'm²')).toBe('412,788 / 412,932\u00a0m²')
  expect(format.partOf(0.413, 0.413, '平方公里')).toBe('0.413 / 0.413\u00a0平方公里')
  expect(whereText('Sheet1 row 7')).toBe('Sheet1 第 7 行')
  lang.value = 'en'
  expect(format.partOf(18.74, 35, 'key points')).toBe('18.74 / 35\u00a0key points')
})

test('figures of a requirement as text: the sign of the threshold, the bounds of what is not known', () => {
  const r = requirement('4.2', 'insufficient', { operator: '>=', threshold: 85, unit: '%', measure: measure({ low: 71, high: 93 }) })
  expect([thresholdText(r), valueText(r), claimText(r)]).toEqual(['≥ 85\u00a0%', '71 至 93\u00a0%', ''])
  expect(thresholdText(requirement('x', 'insufficient', { operator: '>=', unstated: true }))).toBe('≥ ?')
  expect(thresholdText(requirement('x', 'attested'))).toBe('')
})

test('a claim is shown as it was stated, with what its own counts give beside it', () => {
  const claim = { requirement: '5', where: '', rates: [85], numerator: 85, denominator: 109, of: '盏', value: 77.9817, basis: 'counts', verdict: 'fail', reason: none } as const
  const r = requirement('5', 'fail', { operator: '>=', threshold: 80, unit: '%', claim: { ...claim, rates: [85] } })
  expect([claimText(r), claimCounts(r)]).toEqual(['85\u00a0%', '85 / 109\u00a0盏 = 77.98\u00a0%'])
  expect(barOf(r)!.claims).toEqual([0.85])
  // Said twice, and not the same.
  expect(claimText({ ...r, claim: { ...claim, rates: [80, 96, 80], numerator: null, denominator: null } })).toBe('80\u00a0%、96\u00a0%')
  // One sports field is not one per cent.
  const field = { ...r, claim: { ...claim, rates: null, numerator: null, denominator: null, value: 1, unit: '处', of: '', basis: 'count' as const } }
  expect([claimText(field), claimWords(field), claimCounts(field), barOf(field)]).toEqual(['', '1\u00a0处', '', null])
})

test('bytes are base64 however many they are', () => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i % 256)
  expect(base64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
})
