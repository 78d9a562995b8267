import { afterEach, describe, expect, test } from 'vitest'
import type { RadioChoices, Run, Section, Value } from '../../src/api/types'
import { lang } from '../../src/i18n'
import { cellIcon } from '../../src/map/looks/radio'
import { sectorOf } from '../../src/map/icons'
import { operatorColours, otherOperator } from '../../src/map/palette'
import { type Ray, rayOverlays } from '../../src/map/rays'
import { demand, worst } from '../../src/panels/radio/words'
import { blockerName } from '../../src/panels/words'
import { groupName } from '../../src/state/groups'
import type { LabelPoints } from '../../src/state/labels'
import {
  classAt, classesOf, everyOperator, gapsOf, groupRows, incompleteCells, insufficient, lacking, levelRange, notServed, operatorsOf, otherValues, serverColours, shares, spotsOf,
} from '../../src/state/radio'
import { between, drawing, freeLength, fresnelPath, groundAt, lineAt, nearest, ofSignal, solidsAt, ticks } from '../../src/state/section'

afterEach(() => { lang.value = 'zh' })

const value = (id: string, v: number | null, more: Partial<Value> = {}): Value => ({ id, title: { zh: id, en: id }, value: v, unit: '%', ...more })
const runOf = (values: Value[], more: Partial<Run> = {}) => ({ id: 'radio', analysis: 'radio', params: {}, values, ...more }) as unknown as Run

const run = runOf([
  value('radio_covered_share', 88), value('radio_outdoor_share', 94), value('radio_indoor_share', 60), value('radio_households_share', null),
  value('radio_covered_share/all', 88), value('radio_outdoor_share/all', 94),
  value('radio_covered_share/operator:中国移动', 87), value('radio_outdoor_share/operator:中国移动', 93),
  value('radio_covered_share/operator:中国移动/n41', 80), value('radio_covered_share/operator:中国移动/n28', 70),
  value('radio_covered_share/operator:中国电信', 40), value('radio_covered_share/operator:中国电信/n78', 40),
  value('radio_covered_share/operator:', 5), value('radio_outdoor_share/every', 33), value('radio_median_dbm', -80, { unit: 'dBm' }),
])

describe('the shares of a radio run', () => {
  test('are found by what they are of, whatever the run is called', () => {
    expect(Object.fromEntries(Object.entries(shares(run)).map(([k, v]) => [k, v.value]))).toEqual({ covered: 88, outdoor: 94, indoor: 60, households: null })
    expect(shares(runOf([value('night_5_covered_share', 7)])).covered?.value).toBe(7)
    expect(everyOperator(run)?.value).toBe(33)
    expect(otherValues(run).map((v) => v.id)).toEqual(['radio_median_dbm'])
  })

  test('by operator stand with their bands, where there are several', () => {
    expect(groupRows(run).map((r) => [r.operator, r.band, r.covered?.value ?? null, r.outdoor?.value ?? null])).toEqual([
      ['中国移动', '', 87, 93], ['中国移动', 'n28', 70, null], ['中国移动', 'n41', 80, null], ['中国电信', '', 40, null], ['', '', 5, null],
    ])
  })

  test('that are all unknown are no evidence, and what is missing is told once', () => {
    const missing = [{ zh: '缺挂高', en: 'no height' }]
    const poor = runOf([value('radio_covered_share', null, { missing }), value('radio_outdoor_share', null, { missing })])
    expect(insufficient(poor)).toBe(true)
    expect(lacking(poor)).toEqual(missing)
    expect(insufficient(run)).toBe(false)
    expect(insufficient(runOf([]))).toBe(false)
  })
})

test('the groups are read as operator and band', () => {
  expect(groupName('operator:中国移动/n41')).toEqual({ operator: '中国移动', band: 'n41' })
  expect(groupName('operator:')).toEqual({ operator: '', band: '' })
})

test('operators keep their order, and with it their colours; the unknown one comes last', () => {
  const cells = ['', 'Zeta', '中国联通', '中国移动', 'Alpha', '中国电信'].map((operator) => ({ operator }))
  expect(operatorsOf(null, cells)).toEqual(['中国移动', '中国电信', '中国联通', 'Alpha', 'Zeta', ''])
})

const classes = [{ id: 'a', title: { zh: 'a', en: 'a' }, from_dbm: -80 }, { id: 'b', title: { zh: 'b', en: 'b' }, from_dbm: -100 }, { id: 'c', title: { zh: 'c', en: 'c' } }]
const choices = { thresholds: [{ id: 'x', classes: [classes[0]] }, { id: 'y', classes }] } as unknown as RadioChoices

test('classes are those of the profile asked, else those the layer names', () => {
  const layer = { fields: [{ name: 'class', codes: [{ value: 'old', title: { zh: '旧', en: 'old' } }] }] } as never
  expect(classesOf(runOf([], { params: { thresholds: 'y' } }), choices, layer)).toBe(classes)
  expect(classesOf(runOf([], { params: { thresholds: 'gone' } }), choices, layer).map((c) => c.id)).toEqual(['old'])
})

test('a level is in the class whose bound it meets', () => {
  expect([-60, -80, -80.1, -100, -130].map((v) => classAt(classes, v))).toEqual([0, 0, 1, 1, 2])
  expect(levelRange(classes, -105)).toEqual([-115, -70])
  expect(classAt([], -80)).toBe(-1)
})

const points = (list: [id: string, at: [number, number], p: Record<string, unknown>][]): LabelPoints => ({
  layer: { type: 'FeatureCollection', revision: 1, features: list.map(([id, at, p]) => ({ type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties: { ...p, id } })) },
})

test('spots come by households, then by area', () => {
  const labels = points([
    ['small', [0, 0], { kind: 'weak', area_m2: 10, households: 0 }], ['homes', [0, 0], { kind: 'uncovered', area_m2: 5, households: 11.6, blocker: 'b1' }],
    ['large', [0, 0], { area_m2: 90 }],
  ])
  expect(spotsOf(labels, 'layer').map((s) => [s.id, s.kind, s.households, s.blocker])).toEqual([
    ['homes', 'uncovered', 12, 'b1'], ['large', 'uncovered', 0, ''], ['small', 'weak', 0, ''],
  ])
  expect(spotsOf(labels, 'other')).toEqual([])
})

test('gaps come by households, then by area', () => {
  const labels = points([['a', [0, 0], { operators: '中国电信', area_m2: 90, households: 1.4 }], ['b', [0, 0], { operators: '中国联通', area_m2: 9, households: 12.5 }], ['c', [0, 0], { area_m2: 99, households: 0.6 }]])
  expect(gapsOf(labels, 'layer').map((g) => [g.id, g.operators, g.households])).toEqual([['b', '中国联通', 13], ['c', '', 1], ['a', '中国电信', 1]])
})

test('cells that lack something say what', () => {
  const labels = points([['c1', [0, 0], { state: 'incomplete', missing: 'height_m, azimuth_deg', site: 's' }], ['c2', [0, 0], { state: 'used' }]])
  expect(incompleteCells(labels, 'layer')).toEqual([{ id: 'c1', site: 's', missing: ['height_m', 'azimuth_deg'] }])
})

test('buildings that are not served: most households first', () => {
  const b = (id: string, served: boolean, households: number | null, coveredPct: number | null) => ({ id, name: null, dBm: null, served, households, coveredPct })
  expect(notServed([b('a', false, 3, 10), b('b', true, 99, 80), b('c', false, 9, 40), b('d', false, 3, 0)]).map((x) => x.id)).toEqual(['c', 'd', 'a'])
})

test('best-server areas: cells of a site are kin, neighbouring sites are not', () => {
  const cell = (id: string, site: string, x: number) => ({ at: [x, 0] as [number, number], properties: { id, site } })
  const list = Array.from({ length: 8 }, (_, i) => [cell(`${i}a`, `s${i}`, i), cell(`${i}b`, `s${i}`, i)]).flat()
  const colours = serverColours(list)
  expect(colours.size).toBe(16)
  expect(new Set(colours.values()).size).toBe(16)
  expect(serverColours([...list].reverse())).toEqual(colours)
})

describe('the side view', () => {
  const told = {
    cell: 'c', length_m: 100, from_m: 30, to_m: 10, fresnel_m: 2, ground: [[0, 5], [50, 7], [100, 8.5]],
    solids: [{ building: 'b', name: '', from_m: 40, to_m: 60, base_m: 6, top_m: 35, blocks: true, owns_antenna: false, holds_phone: false, assumed: false }],
    link: { distance_m: 100, blockers: [{ building: 'b', name: '', from_m: 40, to_m: 60, above_m: 13 }] },
  } as unknown as Section
  const section = ofSignal(told)
  test('holds everything inside its margins, the right way up', () => {
    const margins = { left: 30, right: 10, top: 20, bottom: 30 }
    const d = drawing(section, 344, 200, margins)
    expect([d.x(0), d.x(100)]).toEqual([30, 334])
    for (const h of [5, 8.5, 10, 30, 35]) {
      expect(d.y(h)).toBeGreaterThanOrEqual(margins.top)
      expect(d.y(h)).toBeLessThanOrEqual(200 - margins.bottom + 1e-9)
    }
    expect(d.y(30)).toBeLessThan(d.y(10))
    expect(fresnelPath(section, d)).not.toMatch(/NaN/)
  })
  test('reads line, ground and buildings at a place', () => {
    expect([lineAt(section, 0), lineAt(section, 50), lineAt(section, 100)]).toEqual([30, 20, 10])
    expect([groundAt(section, 0), groundAt(section, 25), groundAt(section, 75), groundAt(section, 200)]).toEqual([5, 6, 7.75, 8.5])
    expect(groundAt(ofSignal({ ...told, ground: null }), 3)).toBe(0)
    expect(solidsAt(section, 40).length + solidsAt(section, 61).length).toBe(1)
    expect(freeLength(100, section.inTheWay)).toBe(40)
    expect(freeLength(70, [])).toBe(70)
  })
  test('a drawing of no length is no drawing of nothing', () => {
    const d = drawing({ ...section, length_m: 0, to_at_m: 0, ground: [[0, 0]] }, 344, 200, { left: 30, right: 10, top: 20, bottom: 30 })
    expect([d.x(0), d.y(0), d.stretch].every(Number.isFinite)).toBe(true)
  })
})

test('a place on the path and its share of the way lead back to each other', () => {
  const [a, b]: [number, number][] = [[117.09, 36.17], [117.094, 36.1685]]
  for (const t of [0, 0.25, 0.5, 0.99, 1]) {
    const found = nearest(a, b, between(a, b, t))
    expect(found.t).toBeCloseTo(t, 9)
    expect(found.beside).toBeCloseTo(0, 9)
  }
  expect(nearest(a, b, [117.08, 36.175]).t).toBe(0)
  expect(nearest(a, a, b).t).toBe(0)
})

test.each([[0, 97, 4], [130, 157, 4], [0, 0.4, 5], [-3, 3, 4]])('ticks from %d to %d are round and few', (low, high, count) => {
  const list = ticks(low, high, count)
  expect(list.length).toBeGreaterThan(1)
  expect(list.length).toBeLessThanOrEqual(count + 1)
  for (const v of list) {
    expect(v).toBeGreaterThanOrEqual(low)
    expect(v).toBeLessThanOrEqual(high)
  }
})

test('the path that is asked about is free up to what it meets', () => {
  const ray = (id: string, inTheWay: Ray['inTheWay']): Ray => ({ kind: 'cell', id, at: [0, 0], distance_m: 100, inTheWay })
  const kinds = (list: GeoJSON.Feature[]) => list.map((f) => f.properties!.kind)
  const blocked = ray('x', [{ layer: 'buildings', id: 'b', name: '', from_m: 25, to_m: 30, above_m: 3 }])
  const free = ray('y', [])
  const drawn = rayOverlays([blocked, free], [1, 0], blocked)
  expect(kinds(drawn)).toEqual(['faint', 'free', 'blocked', 'cell'])
  expect((drawn[1].geometry as GeoJSON.LineString).coordinates[1]).toEqual([0.25, 0])
  expect(kinds(rayOverlays([free], [1, 0], free))).toEqual(['free', 'cell'])
})

test('what must be met, and what stands in the way, in both languages', () => {
  expect(demand({ rsrp_dbm: -105, sinr_db: -3 })).toBe('SS-RSRP ≥ −105 dBm，且 SS-SINR ≥ −3 dB')
  lang.value = 'en'
  expect(demand({ rsrp_dbm: -105, sinr_db: null, probability: 0.95 })).toBe('SS-RSRP ≥ −105 dBm, met with a probability of 95.0 % or more')
  expect([{ id: '', name: '' }, { id: 'b7', name: '' }, { id: 'b7', name: 'Hall' }].map(blockerName)).toEqual(['the ground', 'building b7', 'Hall'])
  const risen = (id: string, above_m: number) => ({ layer: 'buildings', id, name: '', from_m: 0, to_m: 1, above_m })
  expect(worst([risen('a', 2), risen('b', 5)])?.id).toBe('b')
  expect(worst([])).toBeNull()
})

test('the symbol of a cell is known by its name alone', () => {
  expect(sectorOf(cellIcon(1, 65, 'full'))).toMatchObject({ colour: operatorColours[1], hollow: false })
  expect(sectorOf(cellIcon('other', 360, 'hollow'))).toMatchObject({ colour: otherOperator, hollow: true })
  expect(sectorOf('venue-sport')).toBeNull()
  expect(sectorOf('cell-1-65-huge')).toBeNull()
})
