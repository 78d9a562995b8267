import { describe, expect, test } from 'vitest'
import type { Run, Value } from '../../src/api/types'
import { bestMeasure, type BuildingTime, curve, notReached, reachedBy, venueLoads } from '../../src/state/reach'
import { comparison, cutoffCurve } from '../../src/state/values'

function building(id: string, minutes: number | null, more: Partial<BuildingTime> = {}): BuildingTime {
  return { id, minutes, households: null, residents: null, lived: true, venue: minutes === null ? null : 'v1', venueName: null, reason: null, ...more }
}

/** A seeded stream of numbers in [0, 1). */
function numbers(seed: number): () => number {
  return () => (seed = (seed * 16807) % 2147483647) / 2147483647
}

describe('the curve', () => {
  test('agrees with counting, at any minute', () => {
    const next = numbers(42)
    const list = Array.from({ length: 500 }, (_, i) =>
      building(`b${i}`, next() < 0.2 ? null : Math.floor(next() * 60) / 4, { households: next() < 0.1 ? null : Math.floor(next() * 40) }))
    const c = curve(list, 'households')
    expect(c.total).toBe(list.reduce((sum, b) => sum + (b.households ?? 0), 0))
    for (let m = 0; m <= 15; m += 0.05) {
      const want = list.filter((b) => b.minutes !== null && b.minutes <= m + 1e-9).reduce((sum, b) => sum + (b.households ?? 0), 0)
      expect(reachedBy(c, m)).toBe(want)
    }
  })

  test('of buildings counts those that people live in', () => {
    const c = curve([building('home', 3), building('school', 2, { lived: false })], 'buildings')
    expect([c.total, reachedBy(c, 2), reachedBy(c, 3)]).toEqual([1, 0, 1])
  })

  test('an empty list reaches nobody', () => {
    expect(reachedBy(curve([], 'buildings'), 15)).toBe(0)
  })

  test.each([
    ['households', [building('a', 1, { households: 3 }), building('b', 1, { lived: false })]],
    ['buildings', [building('a', 1, { households: 3 }), building('b', 1), building('c', 2)]],
    ['residents', [building('a', 1, { residents: 3, households: 0 })]],
    ['buildings', [building('a', 1)]],
  ] as const)('is of %s where those are well known', (want, list) => {
    expect(bestMeasure([...list])).toBe(want)
  })
})

test('who is not reached comes by households, and at a minute the slider names', () => {
  const list = [building('near', 3, { households: 9 }), building('far', 12, { households: 5 }), building('never', null, { households: 7 })]
  expect(notReached(list, 10).map((b) => b.id)).toEqual(['never', 'far'])
  expect(notReached(list, 12).map((b) => b.id)).toEqual(['never'])
  expect(notReached(list, 2).map((b) => b.id)).toEqual(['near', 'never', 'far'])
})

test('venues count whom they serve within the minute', () => {
  const list = [
    building('a', 3, { households: 2, venue: 'v2', venueName: 'Two' }), building('b', 4, { households: 9, venue: 'v1' }),
    building('c', 12, { households: 50, venue: 'v2' }), building('d', null),
  ]
  expect(venueLoads(list, 10)).toEqual([
    { id: 'v1', name: null, buildings: 1, households: 9 },
    { id: 'v2', name: 'Two', buildings: 1, households: 2 },
  ])
})

const share = (id: string, of: string, numerator: number | null, value: number | null = 50): Value =>
  ({ id, title: { zh: id, en: id }, value, numerator, denominator: 40, unit: '%', of })
const run = {
  id: 'walk_sport',
  params: { minutes: [5, 10] },
  values: [
    share('walk_sport_time_10_households', 'households', 30), share('walk_sport_time_5_households', 'households', 10),
    share('walk_sport_time_5_land', 'm²', 7), share('walk_sport_distance_300_households', 'households', 8),
    share('walk_sport_straight_300_households', 'households', 20), share('walk_sport_distance_500_households', 'households', 9),
    { id: 'walk_sport_venues', title: { zh: '', en: '' }, value: 4, unit: '' } as Value,
    share('walk_sport_time_5_residents', 'residents', null, null),
  ],
} as unknown as Run

test('the shares of a run give its curve through the cut-offs', () => {
  expect(cutoffCurve(run)).toEqual({ measure: 'households', exact: false, total: 40, minutes: [5, 10], reached: [10, 30] })
  expect([0, 2.5, 5, 7.5, 10, 99].map((m) => reachedBy(cutoffCurve(run)!, m))).toEqual([0, 5, 10, 20, 30, 30])
  expect(cutoffCurve({ ...run, values: [] })).toBeNull()
  const partly = run.values!.map((v) => (v.of === 'households' ? { ...v, missing: [{ zh: '缺', en: 'lacks' }] } : v))
  expect(cutoffCurve({ ...run, values: [...partly, share('walk_sport_time_5_buildings', 'buildings', 4)] })?.measure).toBe('buildings')
})

test('the three measures stand side by side, limit by limit, and nothing is lost', () => {
  const { of, rows, rest } = comparison(run)
  expect(of).toEqual(['households', 'residents', 'land'])
  expect(rows('households').map((r) => [r.time?.limit, r.time?.value.numerator, r.distance?.limit, r.distance?.value.numerator, r.straight?.value.numerator]))
    .toEqual([[5, 10, 300, 8, 20], [10, 30, 500, 9, undefined]])
  expect(rows('land')).toHaveLength(1)
  expect(rest.map((v) => v.id)).toEqual(['walk_sport_venues'])
})
