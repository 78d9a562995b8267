import { describe, expect, test } from 'vitest'
import type { Run } from '../../src/api/types'
import { bestMeasure, type BuildingTime, curve, notReached, reachedBy, venueLoads } from '../../src/state/reach'
import { cutoffCurve } from '../../src/state/values'

function building(id: string, minutes: number | null, more: Partial<BuildingTime> = {}): BuildingTime {
  return { id, minutes, households: null, residents: null, venue: minutes === null ? null : 'v1', venueName: null, reason: null, ...more }
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

  test('an empty list reaches nobody', () => {
    expect(reachedBy(curve([], 'buildings'), 15)).toBe(0)
  })

  test.each([
    ['households', [building('a', 1, { households: 3 }), building('b', 1)]],
    ['residents', [building('a', 1, { residents: 3, households: 0 })]],
    ['buildings', [building('a', 1)]],
  ] as const)('is of %s where those are known', (want, list) => {
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

test('the shares of a run give its curve through the cut-offs', () => {
  const share = (id: string, of: string, numerator: number | null, layer?: string) =>
    ({ id, title: { zh: '', en: '' }, value: 1, numerator, denominator: 40, unit: '%', of, layer })
  const run = {
    params: { minutes: [5, 10] },
    values: [share('x', 'households', 30, 'walk_area_10'), share('walk.households_5', 'households', 10), share('walk.buildings_5', 'buildings', 1)],
  } as unknown as Run
  expect(cutoffCurve(run)).toEqual({ measure: 'households', total: 40, minutes: [5, 10], reached: [10, 30] })
  expect(cutoffCurve({ ...run, values: [] })).toBeNull()
})
