// A scenario as the page shows it: edits under their groups, what they are priced by,
// conflicts side by side, the other side of a comparison, what is gained and lost.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec'
import { apiOf, tilesURL } from '../../src/api/client'
import type { Conflict, Edit, LiveValue, PaletteEntry, Scenario } from '../../src/api/scenario'
import type { Layer, Run } from '../../src/api/types'
import { gainedColour, lostColour } from '../../src/map/looks/delta'
import { lacks, sceneOf } from '../../src/map/compare/scene'
import { difference, fromHex } from '../../src/map/palette'
import { belongs, buildStyle, nothing, overlayNames, type Overlays, type Scene, shown } from '../../src/map/style'
import { arrow, changed, turnOf } from '../../src/panels/scenario/words'
import { costRows } from '../../src/state/costs'
import type { Side } from '../../src/state/compare'
import { pathOf, sidesOf, wanted } from '../../src/state/rebase'
import { bundled } from '../../src/state/scenarioedits'
import { twinOf } from '../../src/state/twins'

vi.stubGlobal('document', { baseURI: 'http://127.0.0.1/at/' })
afterEach(() => { vi.restoreAllMocks() })

const edit = (seq: number, more: Partial<Edit> = {}): Edit => ({
  seq, layer: 'greens', op: 'change', id: `g${seq}`, off: false, idle: null, group: '', kind: '', comment: '', author: 'local', at: '', version: seq, ...more,
})

describe('every read is of the scenario that is asked for', () => {
  test.each([['', null], ['s-1 & co', 's-1 & co']])('“%s”', async (id, want) => {
    const asked: URL[] = []
    vi.stubGlobal('fetch', (url: string) => {
      asked.push(new URL(url))
      return Promise.resolve(new Response('{"features":[],"revision":1,"layers":[]}', { headers: { 'content-type': 'application/json' } }))
    })
    const api = apiOf(() => id)
    await Promise.all([
      api.workspace(), api.layers(), api.runs(), api.feature('ways', 'w/1'), api.features('ways', { limit: 3 }), api.holds('ways', 'w1'), api.walk({ minutes: [5] }),
      api.why([117, 36], 'adult', 'c', ''), api.radio({} as never), api.section('c', [117, 36], 'c'), api.advice({}), api.cameras({} as never), api.cameraSection('c', [117, 36], 'c'),
      api.judgements(), api.judge({ profile: 'x' }), api.report({ profile: 'x', community: 'c', format: 'json', lang: 'zh' }),
    ])
    expect(asked).toHaveLength(16)
    for (const url of asked) expect(url.searchParams.get('scenario'), url.pathname).toBe(want)
    const tiles = new URL(tilesURL(['ways', '我的'], 7, id).replace(/[{}]/g, ''))
    expect(tiles.searchParams.get('scenario')).toBe(want)
    expect(tiles.searchParams.get('v')).toBe('7')
  })
})

test('edits of a group stand together where its first one was, and say how many are on', () => {
  const list = bundled([edit(1, { group: 'a', kind: 'gate' }), edit(2), edit(3, { group: 'a', off: true }), edit(4, { group: 'b', off: true }), edit(5, { group: 'b', off: true, kind: 'green' })])
  expect(list.map((b) => [b.edits.map((e) => e.seq), b.on, b.kind])).toEqual([[[1, 3], 'some', 'gate'], [[2], 'all', ''], [[4, 5], 'none', 'green']])
})

test('a scenario is priced by the kinds of its edits and those priced before, each in its measure', () => {
  const palette = [{ id: 'footpath', shape: 'line' }, { id: 'green', shape: 'polygon' }, { id: 'pipe', shape: 'line', per: 'thing' }] as unknown as PaletteEntry[]
  const s = { edits: [edit(1, { kind: 'footpath' }), edit(2, { kind: 'green' }), edit(3, { kind: 'footpath' }), edit(4), edit(5, { kind: 'pipe' })], costs: [{ kind: 'green', amount: 0, currency: 'CNY', per: 'thing' }, { kind: 'lamp', amount: 90, currency: 'CNY', per: 'thing' }] }
  expect(costRows(s as unknown as Scenario, palette)).toEqual([
    { kind: 'footpath', amount: null, per: 'm' }, { kind: 'green', amount: 0, per: 'thing' }, { kind: 'pipe', amount: null, per: 'thing' }, { kind: 'lamp', amount: 90, per: 'thing' },
  ])
})

describe('a conflict side by side', () => {
  const conflict = (field: string, ancestor: unknown, ours: unknown, theirs: unknown): Conflict => ({ layer: 'ways', id: 'w', field, ancestor, ours, theirs })
  test('an attribute that is not known is none that is gone', () => {
    expect(sidesOf(conflict('lanes', 2, null, 4)).map((s) => [s.value, s.gone])).toEqual([[2, false], [null, false], [4, false]])
  })
  test('of a place the geometry is drawn', () => {
    const at = (x: number) => ({ geometry: { type: 'Point', coordinates: [x, 0] }, z_m: [] })
    expect(sidesOf(conflict('geometry', at(1), at(2), null)).map((s) => [s.geometry, s.value, s.gone])).toEqual([[at(1).geometry, undefined, false], [at(2).geometry, undefined, false], [null, null, true]])
  })
  test('of a whole feature only what differs is told, and the side that took it away', () => {
    const feature = (properties: object) => ({ type: 'Feature', geometry: { type: 'Point', coordinates: [1, 2] }, properties })
    const [a, b, c] = sidesOf(conflict('', feature({ name: 'x', lanes: 2, lit: true }), feature({ name: 'x', lanes: 3 }), null))
    expect([a.attributes, b.attributes, c.gone]).toEqual([[['lanes', 2], ['lit', true]], [['lanes', 3], ['lit', null]], true])
  })
  test('what is answered is not asked again', () => {
    const list = [conflict('lanes', 1, 2, 3), conflict('', null, null, null)]
    expect(wanted(list, [{ layer: 'ways', id: 'w', field: 'lanes', take: 'ours' }])).toEqual([list[1]])
  })
  test('every geometry becomes a path', () => {
    const at = ([x, y]: number[]): [number, number] => [x, y]
    expect(pathOf({ type: 'MultiPolygon', coordinates: [[[[0, 0], [1, 0], [0, 1], [0, 0]]]] }, at)).toBe('M0.0 0.0L1.0 0.0L0.0 1.0L0.0 0.0Z')
    expect(pathOf({ type: 'GeometryCollection', geometries: [{ type: 'Point', coordinates: [3, 4] }, { type: 'LineString', coordinates: [[0, 0], [1, 1]] }] }, at)).toBe('M3.0 4.0L3.0 4.0M0.0 0.0L1.0 1.0')
  })
})

test('a change is told by its sign as well as whether it is for the better, also where less is better', () => {
  const v = (more: Partial<LiveValue>) => ({ value: 1, base: 1, verdict: 'pass', base_verdict: 'pass', delta: 0, better: 0, ...more }) as LiveValue
  expect([turnOf(v({})), changed(v({})), arrow(v({}))]).toEqual(['same', false, ''])
  expect([turnOf(v({ base: 3, delta: -2, better: 1 })), arrow(v({ base: 3, delta: -2, better: 1 }))]).toEqual(['better', '▼'])
  expect([turnOf(v({ base: 0.5, delta: 0.5, better: -1 })), arrow(v({ base: 0.5, delta: 0.5, better: -1 }))]).toEqual(['worse', '▲'])
  expect(turnOf(v({ value: null, delta: null }))).toBe('other')
  expect(turnOf(v({ numerator: 2, base_numerator: 3 }))).toBe('other')
})

const run = (id: string, minutes: number[], more: object = {}) => ({ id, analysis: 'walk', community: 'c', params: { categories: ['sport'], profile: 'adult', minutes }, ...more }) as unknown as Run

test('the same question is found again under another name, never another one', () => {
  const judged = [run('judge_a', [15, 30]), run('judge_b', [15]), run('judge_c', [15], { params: { categories: ['care'], profile: 'adult', minutes: [15] } })]
  expect(twinOf(run('walk', [5, 10, 15]), judged)?.id).toBe('judge_b')
  expect(twinOf(run('judge_a', [15, 30]), judged)?.id).toBe('judge_a')
  expect(twinOf(run('walk', [15], { params: { categories: ['sport'], profile: 'elderly', minutes: [15] } }), judged)).toBeNull()
  expect(twinOf(run('radio', [], { analysis: 'radio' }), judged)).toBeNull()
})

const layer = (name: string, more: Partial<Layer> = {}): Layer => ({
  name, kind: 'input', title: { zh: name, en: name }, shapes: ['polygon'], fields: [], count: 1, extent: [117, 36, 118, 37], changed: 1, stale: false, run: null, ...more,
})
function scene(more: Partial<Scene> = {}): Scene {
  const layers = [layer('greens'), layer('judge_b_area_15', { kind: 'result', run: 'judge_b' }), layer('delta_x_gained', { kind: 'result' }), layer('delta_x_lost', { kind: 'result' })]
  return {
    layers, labels: {}, run: run('judge_b', [15]), radio: { classes: [], group: '', operators: [], servers: new Map(), lang: 'zh' }, cameras: { classes: [], focus: null },
    visible: new Set(layers.map((l) => l.name)), opacity: {}, minutes: 15, solid: false, unreached: [], scenario: 's-1',
    overlays: Object.fromEntries(overlayNames.map((n) => [n, nothing])) as Overlays, ...more,
  }
}

test('what is gained and lost is on the map only when it is asked for, and valid', () => {
  const bare = scene()
  expect(shown(bare).map((l) => l.name)).toEqual(['greens', 'judge_b_area_15'])
  const delta = new Map([['delta_x_gained', 'gained'], ['delta_x_lost', 'lost']] as const)
  expect(belongs(layer('delta_x_lost', { kind: 'result' }), { run: null, named: new Set(), delta })).toBe(true)
  const style = buildStyle(scene({ delta }))
  expect(validateStyleMin(style).map((e) => e.message)).toEqual([])
  expect(JSON.stringify(style)).toContain(gainedColour)
  expect(JSON.stringify(style)).toContain('hatch-lost')
})

/** How protanopes and deuteranopes see a colour (Viénot, Brettel and Mollon, 1999), as #rrggbb. */
function seenBy(kind: 'protan' | 'deutan', colour: string): string {
  const linear = [1, 3, 5].map((i) => (parseInt(colour.slice(i, i + 2), 16) / 255) ** 2.2)
  const m = kind === 'protan' ? [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]] : [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]]
  return `#${m.map((row) => Math.round(255 * Math.min(1, Math.max(0, row.reduce((s, v, i) => s + v * linear[i], 0))) ** (1 / 2.2)).toString(16).padStart(2, '0')).join('')}`
}
test('gained and lost are told apart by colour-blind eyes as well', () => {
  const far = difference(fromHex('#3c6f64'), fromHex('#a5690b')) // about as far as two colours of one map are
  for (const kind of ['protan', 'deutan'] as const) {
    expect(difference(fromHex(seenBy(kind, gainedColour)), fromHex(seenBy(kind, lostColour))), kind).toBeGreaterThan(0.8 * far)
  }
})

test('the other side draws its own tiles, its own run of the same question, and nothing that is of this side alone', () => {
  const side = { id: '', workspace: null, layers: [layer('greens'), layer('walk_area_15', { kind: 'result', run: 'walk' })], labels: {}, runs: [run('walk', [5, 10, 15])], judgements: [] } as unknown as Side
  const mark: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [{ type: 'Feature', geometry: { type: 'Point', coordinates: [117, 36] }, properties: {} }] }
  const here = scene({ delta: new Map([['delta_x_gained', 'gained']]), named: new Set(['judge_b_area_15']), overlays: { ...scene().overlays, edits: mark, spot: mark } })
  const there = sceneOf(here, side, [])
  expect(shown(there).map((l) => l.name)).toEqual(['greens', 'walk_area_15'])
  expect(there.visible.has('walk_area_15')).toBe(true)
  expect(there.run?.id).toBe('walk')
  expect([there.overlays.edits.features.length, there.overlays.spot.features.length]).toEqual([0, 1])
  const style = JSON.stringify(buildStyle(there))
  expect(style).not.toContain('scenario=')
  expect(JSON.stringify(buildStyle(here))).toContain('scenario=s-1')
  expect(lacks(here, there)).toBe(false)
  expect(lacks(here, sceneOf(here, { ...side, layers: [layer('greens')], runs: [] }, []))).toBe(true)
})
