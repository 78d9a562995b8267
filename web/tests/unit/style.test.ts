import { featureFilter, validateStyleMin } from '@maplibre/maplibre-gl-style-spec'
import { describe, expect, test, vi } from 'vitest'
import type { Layer, Run, Shape } from '../../src/api/types'
import { inCategories } from '../../src/map/looks/facilities'
import { inputLooks } from '../../src/map/looks/inputs'
import { statesOf } from '../../src/map/looks/metric'
import { bands, walkLook, walkOrder, walkPart } from '../../src/map/looks/walk'
import { cameraOrder, cameraParts, type CamerasContext } from '../../src/map/looks/cameras'
import { type RadioContext, radioOrder, radioPart, radioParts } from '../../src/map/looks/radio'
import { buildStyle, lookOf, nothing, opacityOf, overlayNames, type Overlays, type Scene } from '../../src/map/style'

vi.stubGlobal('document', { baseURI: 'http://127.0.0.1/' })

function layer(name: string, more: Partial<Layer> = {}): Layer {
  return {
    name, kind: 'input', title: { zh: name, en: name }, shapes: ['point', 'line', 'polygon'] as Shape[], fields: [], count: 3,
    extent: [117, 36, 117.1, 36.1], changed: 4, stale: false, run: null, ...more,
  }
}

const run = {
  id: 'walk_sport', analysis: 'walk', params: { minutes: [5, 10, 15], categories: ['sport', 'health/clinic'] }, outputs: [],
} as unknown as Run

const radio: RadioContext = {
  classes: [{ id: 'ge90', title: { zh: '强', en: 'Strong' }, from_dbm: -90 }, { id: 'ge105', title: { zh: '中', en: 'Fair' }, from_dbm: -105 }, { id: 'lt105', title: { zh: '弱', en: 'Weak' } }],
  group: 'operator:中国移动/n41', operators: ['中国移动', ''], servers: new Map([['c1', '#aabbcc']]), lang: 'en',
}
const cameras: CamerasContext = {
  classes: [{ id: 'detect', title: { zh: '发现', en: 'Detect' }, px_per_m: 25 }, { id: 'identify', title: { zh: '识别', en: 'Identify' }, px_per_m: 250 }], focus: 'cam-1',
}
const camerasRun = { id: 'cameras', analysis: 'cameras', params: {}, outputs: [] } as unknown as Run
const cameraLayers = cameraParts.map((p) => layer(`cameras_${p}`, { kind: 'result', run: 'cameras' }))
const radioRun = { id: 'radio', analysis: 'radio', params: { thresholds: 'x' }, outputs: [] } as unknown as Run
const radioLayers = radioParts.map((p) => layer(`radio_${p}`, { kind: 'result', run: 'radio' }))

function scene(more: Partial<Scene> = {}): Scene {
  const inputs = [...Object.keys(inputLooks), 'facilities'].map((n) => layer(n))
  const results = ['edges', 'area_5', 'area_10', 'area_15', 'buildings', 'venues', 'snaps', 'islands']
    .map((p) => layer(`walk_sport_${p}`, { kind: 'result', run: 'walk_sport' }))
  const custom = layer('行道树 trees', { kind: 'custom', fields: [{ name: 'name', type: 'text', title: { zh: '名', en: 'Name' } }] })
  const layers = [...inputs, ...results, custom]
  return {
    layers, labels: {}, run, radio, cameras, visible: new Set(layers.map((l) => l.name)), opacity: {}, minutes: 15, solid: false, unreached: ['w1', 'w2'],
    overlays: Object.fromEntries(overlayNames.map((n) => [n, nothing])) as Overlays, ...more,
  }
}

describe('the style', () => {
  test.each([['in plan', false], ['standing up', true]])('is valid for every layer there is, %s', (_, solid) => {
    const style = buildStyle(scene({ solid }))
    expect(validateStyleMin(style).map((e) => e.message)).toEqual([])
  })

  test.each([['in plan', false], ['standing up', true]])('is valid for the layers of a radio run, %s', (_, solid) => {
    const layers = [layer('buildings'), layer('cells'), ...radioLayers]
    const visible = new Set(layers.map((l) => l.name))
    for (const context of [radio, { ...radio, classes: [], operators: [], servers: new Map(), lang: 'zh' as const }]) {
      const style = buildStyle(scene({ layers, visible, run: radioRun, radio: context, solid }))
      expect(validateStyleMin(style).map((e) => e.message)).toEqual([])
      for (const l of radioLayers) expect(style.layers.some((s) => 'source-layer' in s && s['source-layer'] === l.name), l.name).toBe(true)
    }
  })

  test('is valid for the layers of a cameras run', () => {
    const layers = [layer('buildings'), layer('cameras'), ...cameraLayers]
    const visible = new Set(layers.map((l) => l.name))
    for (const context of [cameras, { classes: [], focus: null }]) {
      const style = buildStyle(scene({ layers, visible, run: camerasRun, cameras: context }))
      expect(validateStyleMin(style).map((e) => e.message)).toEqual([])
      for (const l of cameraLayers) expect(style.layers.some((s) => 'source-layer' in s && s['source-layer'] === l.name), l.name).toBe(true)
    }
  })

  test('is the same value for the same scene', () => {
    expect(buildStyle(scene())).toEqual(buildStyle(scene()))
  })

  test('leaves out what is empty, has no shape or is of another run', () => {
    const drawn = (l: Layer) => buildStyle(scene({ layers: [l], visible: new Set([l.name]) })).layers
      .filter((s) => 'source-layer' in s && s['source-layer'] === l.name).length
    expect(drawn(layer('ways'))).toBeGreaterThan(0)
    expect(drawn(layer('ways', { count: 0 }))).toBe(0)
    expect(drawn(layer('runs', { shapes: [] }))).toBe(0)
    expect(drawn(layer('walk_old_edges', { kind: 'result', run: 'walk_old' }))).toBe(0)
  })

  test('asks for new tiles when a layer changed', () => {
    const before = buildStyle(scene({ layers: [layer('ways', { changed: 4 })] })).sources.inputs
    const after = buildStyle(scene({ layers: [layer('ways', { changed: 5 })] })).sources.inputs
    expect(before).not.toEqual(after)
  })
})

describe('an indicator on the map', () => {
  const ids = Array.from({ length: 5000 }, (_, i) => `w${i}`)
  const highlights = [
    { layer: 'buildings', role: 'failed', ids: ids.slice(0, 2000) }, { layer: 'buildings', role: 'unknown', ids: ids.slice(2000, 3000) },
    { layer: 'buildings', role: 'made', ids: ids.slice(3000) }, { layer: 'devices', role: 'failed', ids: ['d1'] }, { layer: 'nowhere', role: 'failed', ids: ['x'] },
  ] as const
  const marks = (style: ReturnType<typeof buildStyle>) => style.layers.filter((l) => l.id.includes('/marked-'))

  test.each([['in plan', false], ['standing up', true]])('marks features of any layer, whether it is on or not, %s', (_, solid) => {
    const style = buildStyle(scene({ highlights, visible: new Set(), solid }))
    expect(validateStyleMin(style).map((e) => e.message)).toEqual([])
    expect(new Set(marks(style).map((l) => ('source-layer' in l ? l['source-layer'] : '')))).toEqual(new Set(['buildings', 'devices']))
    const seen = marks(style).filter((l) => l.layout?.visibility === 'visible').map((l) => l.id)
    expect(seen).toContain('devices/marked-failed-point')
    // What stands up takes its colour itself.
    expect(seen.includes('buildings/marked-failed-fill')).toBe(!solid)
    expect(JSON.stringify(style.layers.find((l) => l.id === 'buildings/solid')?.paint)).toContain('w1999')
  })

  test('marks exactly the features that are named', () => {
    const point = marks(buildStyle(scene({ highlights }))).find((l) => l.id === 'devices/marked-failed-point') as unknown as { filter: never }
    const holds = (id: string, type: 1 | 2) => featureFilter(point.filter, 'layers[0].filter').filter({ zoom: 16 }, { type, properties: { id } } as never)
    expect([holds('d1', 1), holds('d2', 1), holds('d1', 2)]).toEqual([true, false, false])
  })

  test('draws the results that it names, of however many runs, and no others', () => {
    const owned = (name: string, owner: string) => layer(name, { kind: 'result', run: owner })
    const layers = [owned('judge_a_buildings', 'judge_a'), owned('judge_b_buildings', 'judge_b'), owned('judge_a_venues', 'judge_a'), owned('walk_edges', 'walk'), layer('judge_lit', { kind: 'result' }), layer('ways')]
    const drawn = (more: Partial<Scene>) => new Set(buildStyle(scene({ layers, visible: new Set(layers.map((l) => l.name)), ...more })).layers
      .flatMap((l) => ('source-layer' in l && l['source-layer'] ? [l['source-layer']] : [])))
    const of = (id: string) => ({ ...run, id }) as Run
    expect(drawn({ run: of('judge_a'), beside: [of('judge_b')], named: new Set(['judge_a_buildings', 'judge_b_buildings', 'judge_lit']) }))
      .toEqual(new Set(['judge_a_buildings', 'judge_b_buildings', 'judge_lit', 'ways']))
    expect(drawn({ run: of('walk') })).toEqual(new Set(['walk_edges', 'ways']))
    expect(drawn({ run: null, named: new Set() })).toEqual(new Set(['ways']))
  })
})

test('a layer that a metric drew is told apart by its states: the failing stand out, each by a dash of its own', () => {
  const code = (value: string) => ({ value, title: { zh: value, en: value } })
  const field = { name: 'state', type: 'text' as const, title: { zh: '状态', en: 'State' }, codes: ['free', 'steps', 'steep', 'unknown', 'link'].map(code) }
  const states = statesOf({ fields: [field] })
  expect(states.map((s) => s.sense)).toEqual(['good', 'bad', 'bad', 'unknown', 'neutral'])
  expect(states[1].dash).not.toEqual(states[2].dash)
  const drawn = layer('judge_stepfree', { kind: 'result', fields: [field] })
  expect(lookOf(drawn, scene()).legend).toHaveLength(5)
  expect(validateStyleMin(buildStyle(scene({ layers: [drawn], named: new Set([drawn.name]), visible: new Set([drawn.name]) }))).map((e) => e.message)).toEqual([])
})

describe('the bands of the slider', () => {
  test.each([
    [[5, 10, 15], Array.from({ length: 15 }, (_, i) => i + 1)],
    [[10], Array.from({ length: 10 }, (_, i) => i + 1)],
    [[7.5, 15], [1, 2, 3, 4, 5, 6, 7, 7.5, 8, 9, 10, 11, 12, 13, 14, 15]],
    [[], []],
  ])('for cut-offs %j', (cutoffs, want) => {
    expect(bands(cutoffs)).toEqual(want)
  })

  test('are never many', () => {
    expect(bands([45, 120]).length).toBeLessThanOrEqual(32)
    expect(bands([45, 120])).toContain(45)
  })

  test.each(['edges', 'buildings'] as const)('hold every time exactly once and show it when its minute is reached: %s', (part) => {
    const look = walkLook(part, [5, 10, 15])
    const filters = look.parts.filter((p) => p.band !== undefined && !p.id.endsWith('-point'))
      .map((p) => ({ band: p.band!, holds: featureFilter(p.filter as never, 'layers[0].filter').filter }))
    for (let minutes = 0; minutes <= 15; minutes += 0.25) {
      const properties = part === 'edges'
        ? { minutes: Math.max(0, minutes - 0.5), minutes_from: minutes, minutes_to: Math.max(0, minutes - 0.5) }
        : { minutes }
      const type = part === 'edges' ? 2 : 3
      const held = filters.filter((f) => f.holds({ zoom: 15 }, { type, properties } as never))
      expect(held.map((f) => f.band), `${minutes} min`).toEqual([Math.max(1, Math.ceil(minutes))])
    }
  })

  test('fade with the layer and vanish beyond the slider', () => {
    const [first] = walkLook('area', [5, 10], 10).parts
    expect(opacityOf(first, 'a', { opacity: { a: 0.5 }, minutes: 10 })['fill-opacity']).toBeCloseTo(first.opacity! * 0.5)
    expect(opacityOf(first, 'a', { opacity: {}, minutes: 9 })['fill-opacity']).toBe(0)
  })
})

test.each([
  ['walk_sport_edges', { part: 'edges' }], ['walk_sport_area_7.5', { part: 'area', minutes: 7.5 }],
  ['walk_sport_area_7_5', { part: 'area', minutes: 7.5 }], ['walk_sport_area_x', null], ['walk_edges', null], ['buildings', null],
])('the part of a run that %s is', (name, want) => {
  expect(walkPart(name, 'walk_sport')).toEqual(want)
})

test('the layers of a run are read in one order, areas by their minutes', () => {
  const names = ['walk_area_10', 'walk_area_5', 'walk_buildings', 'walk_edges', 'walk_snaps', 'walk_venues', 'walk_area_100']
  expect(names.sort((a, b) => walkOrder(a, 'walk') - walkOrder(b, 'walk'))).toEqual(
    ['walk_edges', 'walk_area_5', 'walk_area_10', 'walk_area_100', 'walk_buildings', 'walk_venues', 'walk_snaps'])
})

test('a category holds what is below it, and nothing that only begins alike', () => {
  const holds = (category: string) => featureFilter(inCategories(['sport', 'health/clinic']) as never, 'layers[0].filter')
    .filter({ zoom: 15 }, { type: 1, properties: { category } } as never)
  expect(['sport', 'sport/pitch', 'health/clinic'].map(holds)).toEqual([true, true, true])
  expect(['sports', 'health', 'health/clinics', ''].map(holds)).toEqual([false, false, false, false])
})

test('every look has a legend', () => {
  for (const l of scene().layers) expect(lookOf(l, scene()).legend.length, l.name).toBeGreaterThan(0)
  for (const l of radioLayers) expect(lookOf(l, { run: radioRun, radio, cameras }).legend.length, l.name).toBeGreaterThan(0)
})

test('the first look at a radio run answers where it is not covered', () => {
  const on = radioLayers.filter((l) => lookOf(l, { run: radioRun, radio, cameras }).on).map((l) => l.name)
  expect(on).toEqual(['radio_spots', 'radio_gaps', 'radio_buildings', 'radio_classes', 'radio_cells'])
  expect(radioLayers.filter((l) => lookOf(l, { run: radioRun, radio, cameras }).ground).map((l) => l.name)).toEqual(['radio_classes', 'radio_covered', 'radio_servers'])
  expect(['radio_cells', 'radio_spots', 'other'].sort((a, b) => radioOrder(a, 'radio') - radioOrder(b, 'radio'))).toEqual(['radio_spots', 'radio_cells', 'other'])
  expect(radioPart('radio_x', 'radio')).toBeNull()
})

test('the first look at cameras answers what is not watched', () => {
  const on = cameraLayers.filter((l) => lookOf(l, { run: camerasRun, radio, cameras }).on).map((l) => l.name)
  expect(on).toEqual(['cameras_keypoints', 'cameras_advice', 'cameras_facades', 'cameras_views', 'cameras_cameras'])
  expect(cameraLayers.every((l) => lookOf(l, { run: camerasRun, radio, cameras }).legend.length > 0)).toBe(true)
  expect(['cameras_cameras', 'cameras_keypoints', 'x'].sort((a, b) => cameraOrder(a, 'cameras') - cameraOrder(b, 'cameras'))).toEqual(['cameras_keypoints', 'cameras_cameras', 'x'])
})

test('what is weak is not drawn as what fails, and the covered area is that of one group', () => {
  const parts = (name: string) => lookOf(radioLayers.find((l) => l.name === name)!, { run: radioRun, radio, cameras }).parts
  const holding = (name: string, properties: Record<string, unknown>) => parts(name)
    .filter((p) => featureFilter(p.filter as never, 'layers[0].filter').filter({ zoom: 17 }, { type: 3, properties } as never)).map((p) => p.id)
  expect(holding('radio_spots', { kind: 'weak', area_m2: 90 })).toEqual(['weak', 'weak-line', 'label'])
  expect(holding('radio_spots', { kind: 'uncovered', area_m2: 90 })).toEqual(['uncovered', 'uncovered-line', 'label'])
  expect(holding('radio_covered', { group: 'operator:中国移动/n41' })).toContain('fill')
  expect(holding('radio_covered', { group: 'all' })).toEqual([])
})
