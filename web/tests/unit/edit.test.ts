import type { LineString, MultiPolygon, Polygon, Position } from 'geojson'
import { describe, expect, test } from 'vitest'
import type { Edit, Scenario } from '../../src/api/scenario'
import type { Field, LonLat } from '../../src/api/types'
import { changeStep, deleteSteps, drawnEdits, siblings, splitSteps } from '../../src/map/edit/changes'
import { differs, entered, read } from '../../src/map/edit/form'
import { gateAt, type Thing, walkable } from '../../src/map/edit/gate'
import { type Editable, heightsAfter, inside, midpoints, moved, nearestOn, Plane, sound, vertices, within, withInserted, without, withVertex } from '../../src/map/edit/geometry'
import { squaresOf, Nearby } from '../../src/map/edit/nearby'
import { draw, type Entry, type Ground, meetsRoads, pick } from '../../src/map/edit/recipe'
import { restored } from '../../src/map/edit/sketch'
import { snap } from '../../src/map/edit/snap'
import { shared, splitArea, splitLine } from '../../src/map/edit/split'
import { boxOf } from '../../src/map/geometry'

// A town of metres around a place, so that maps can be drawn in figures that one can check.
const plane = new Plane([117.09, 36.17])
const p = (x: number, y: number): LonLat => plane.from([x, y])
const line = (...xy: [number, number][]): LineString => ({ type: 'LineString', coordinates: xy.map(([x, y]) => p(x, y)) })
const ring = (...xy: [number, number][]): Position[] => [...xy, xy[0]].map(([x, y]) => p(x, y))
const area = (...xy: [number, number][]): Polygon => ({ type: 'Polygon', coordinates: [ring(...xy)] })
const thing = (layer: string, id: string, geometry: Thing['geometry'], properties: Record<string, unknown> = {}): Thing => ({ layer, id, geometry, properties, box: boxOf(geometry)!, version: 1 })
const metres = (at: Position) => plane.to(at).map((v) => Math.round(v * 1000) / 1000)
/** The area in square metres, by the shoelace formula. */
function size(rings: Position[][]): number {
  const of = (r: Position[]) => Math.abs(r.reduce((s, q, i) => {
    const [a, b] = [plane.to(q), plane.to(r[(i + 1) % r.length])]
    return s + a[0] * b[1] - b[0] * a[1]
  }, 0) / 2)
  return of(rings[0]) - rings.slice(1).reduce((s, r) => s + of(r), 0)
}
let seed = 7
const random = () => { seed = (seed * 48271) % 2147483647; return seed / 2147483647 }

describe('vertices', () => {
  const holed: Polygon = { type: 'Polygon', coordinates: [ring([0, 0], [40, 0], [40, 40], [0, 40]), ring([10, 10], [10, 20], [20, 20])] }
  const several: MultiPolygon = { type: 'MultiPolygon', coordinates: [holed.coordinates, [ring([50, 0], [60, 0], [60, 9])]] }

  test('of rings are named once, and holes and parts are kept', () => {
    expect(vertices(holed)).toHaveLength(7)
    expect(midpoints(holed)).toHaveLength(7)
    expect(vertices(several).map((v) => v.path.length)).toEqual(Array(10).fill(3))
    for (const g of [holed, several] as Editable[]) {
      for (const v of vertices(g)) {
        const to = p(random() * 9, random() * 9)
        const now = withVertex(g, v.path, to)
        expect(vertices(now).filter((w, i) => w.at.join() !== vertices(g)[i].at.join())).toEqual([{ path: v.path, at: to }])
        for (const r of (now.type === 'Polygon' ? [now.coordinates] : (now as MultiPolygon).coordinates).flat()) expect(r[0]).toEqual(r[r.length - 1])
      }
    }
  })

  test('put in and taken out again leave what was there', () => {
    for (const g of [holed, several, line([0, 0], [10, 0], [10, 10])] as Editable[]) {
      for (const m of midpoints(g)) {
        const more = withInserted(g, m.path, m.at)
        expect(vertices(more)).toHaveLength(vertices(g).length + 1)
        expect(without(more, [...m.path.slice(0, -1), m.path.at(-1)! + 1])).toEqual(g)
      }
    }
    expect(without(area([0, 0], [1, 0], [0, 1]), [0, 0])).toBeNull()
    expect(without(line([0, 0], [1, 0]), [0])).toBeNull()
    expect(heightsAfter([1, 3, 5], [1], 'insert')).toEqual([1, 3, 4, 5])
    expect(heightsAfter([1, 3, 5], [1], 'delete')).toEqual([1, 5])
    expect(sound(withVertex(line([0, 0], [1, 0]), [1], p(0, 0)))).toBe(false)
    expect(vertices(moved(holed, [1, 2]))[0].at).toEqual([holed.coordinates[0][0][0] + 1, holed.coordinates[0][0][1] + 2])
  })
})

describe('snapping', () => {
  const project = (at: LonLat) => { const [x, y] = plane.to(at); return { x: x * 4, y: -y * 4 } }
  const shapes = [thing('ways', 'w', line([0, 0], [100, 0])), thing('buildings', 'b', area([20, 1], [30, 1], [30, 9], [20, 9]))]

  test('takes a vertex before an edge, both to the last digit', () => {
    const vertex = snap(shapes, project(p(100.5, 1.2)), { project })!
    expect(vertex).toMatchObject({ kind: 'vertex', layer: 'ways', path: [1] })
    expect(vertex.at).toBe((shapes[0].geometry as LineString).coordinates[1])
    const edge = snap(shapes, project(p(60, 2)), { project })!
    expect(edge.kind).toBe('edge')
    const [a, b] = (shapes[0].geometry as LineString).coordinates
    expect(nearestOn(a as LonLat, b as LonLat, edge.at).distance).toBeLessThan(1e-12)
    expect(metres(edge.at)).toEqual([60, 0])
  })

  test('keeps to its reach, its order and what it must leave out', () => {
    expect(snap(shapes, project(p(60, 3.5)), { project })).toBeNull()
    expect(snap(shapes, project(p(20.2, 0.6)), { project })).toMatchObject({ layer: 'buildings', kind: 'vertex' })
    expect(snap(shapes, project(p(20.2, 0.6)), { project, first: ['ways'] })).toMatchObject({ layer: 'ways', kind: 'edge' })
    expect(snap(shapes, project(p(100, 0)), { project, but: (layer) => layer === 'ways' })).toBeNull()
  })

  test('what is drawn gets back the digits that the drawing rounds', () => {
    const exact: LonLat = [117.0903327098504 + 1 / 3e12, 36.16893633674104]
    const rounded: Position = [117.09033271, 36.168936337]
    const got = restored({ type: 'LineString', coordinates: [rounded, rounded, [117.1, 36.1]] }, new Map([['117.09033271,36.168936337', exact]]))
    expect(got.coordinates).toEqual([exact, [117.1, 36.1]])
  })
})

describe('splitting', () => {
  test('a line is cut where it is clicked, and both parts share the point', () => {
    const way = line([0, 0], [30, 0], [30, 40])
    const { first, second, z } = splitLine(way, p(30.4, 10), [1, 2, 6])!
    expect((first as LineString).coordinates.at(-1)).toEqual((second as LineString).coordinates[0])
    expect(metres((second as LineString).coordinates[0])).toEqual([30, 10])
    expect(z).toEqual([[1, 2, expect.closeTo(3, 6)], [expect.closeTo(3, 6), 6]])
    // At a vertex that is there no second one is made.
    const at = splitLine(way, p(30, 0))!
    expect([(at.first as LineString).coordinates.length, (at.second as LineString).coordinates.length]).toEqual([2, 2])
    expect(splitLine(way, p(-5, 0))).toBeNull()
  })

  test('an area is cut along a line: the parts fill it, share the cut, and keep their holes', () => {
    const yard: Polygon = { type: 'Polygon', coordinates: [ring([0, 0], [40, 0], [40, 30], [0, 30]), ring([5, 5], [5, 10], [10, 10], [10, 5])] }
    for (let i = 0; i < 40; i++) {
      const x = 12 + random() * 26
      const cut = line([x, -5], [x + random() * 3 - 1, 10 + random() * 10], [x + random() * 3 - 1, 35])
      const parts = splitArea(yard, cut)!
      const [a, b] = [parts.first as Polygon, parts.second as Polygon]
      expect(size(a.coordinates) + size(b.coordinates)).toBeCloseTo(size(yard.coordinates), 5)
      expect(a.coordinates.length + b.coordinates.length).toBe(3)
      const shared = vertices(a).filter((v) => vertices(b).some((w) => w.at.join() === v.at.join()))
      expect(shared).toHaveLength(3)
      for (const side of [a, b]) for (const r of side.coordinates) expect(r[0]).toEqual(r.at(-1))
    }
    expect(splitArea(yard, line([7, -5], [7, 35]))).toBeNull() // through the hole
    expect(splitArea(yard, line([20, 5], [20, 25]))).toBeNull() // from inside to inside
    expect(splitArea(yard, line([-5, -5], [60, -5]))).toBeNull() // beside it
    const many: MultiPolygon = { type: 'MultiPolygon', coordinates: [[ring([100, 0], [110, 0], [110, 9])], yard.coordinates] }
    const parts = splitArea(many, line([20, -5], [20, 35]))!
    expect((parts.first as MultiPolygon).coordinates[0]).toEqual(many.coordinates[0])
  })

  test('what is counted is not counted twice', () => {
    const { attributes, kept } = shared({ use: 'residential', floors: 6, year: 1998, households: 48, residents: 130, water_meters: 48, lift: false, capacity: null })
    expect(attributes).toEqual({ use: 'residential', floors: 6, year: 1998, lift: false })
    expect(kept).toEqual(['households', 'residents', 'water_meters'])
    const { steps } = splitSteps({ layer: 'buildings', id: 'b', version: 4, properties: { households: 48 } }, { first: area([0, 0], [1, 0], [1, 1]), second: area([0, 0], [1, 1], [0, 1]) })
    expect(steps.map((s) => s.do === 'append' && [s.edit.op, s.edit.group, s.seen])).toEqual([['move', expect.any(String), 4], ['add', expect.any(String), undefined]])
  })
})

const entryGate: Entry = {
  id: 'gate', title: { zh: '围墙开门', en: 'Gate' }, layer: 'entrances', shape: 'point', on: 'wall', attributes: { kind: 'compound_gate', foot: 'yes', locked: false }, hint: { zh: '墙', en: 'wall' }, source: { zh: '', en: '' } as never, ask: ['name'],
  takes: [{ attribute: 'of', from: 'id', of: 'compound' }],
  parts: [
    { role: 'gate', title: { zh: '门', en: 'Gate' }, kind: 'gate', op: 'add', layer: 'entrances', shape: 'point', attributes: { kind: 'compound_gate', foot: 'yes', locked: false }, place: 'drawn' },
    { role: 'path', title: { zh: '步道', en: 'Path' }, kind: 'footpath', op: 'add', layer: 'ways', shape: 'line', attributes: { class: 'footway', foot: 'yes' }, place: 'connect' },
  ],
}

describe('a gate in a wall', () => {
  const compound = thing('compounds', 'pines', area([-100, -100], [0, -100], [0, 100], [-100, 100]), { gated: true })
  const wall = thing('barriers', 'wall', line([0, -100], [0, 100]), { kind: 'wall', foot: 'no' })
  const inner = thing('ways', 'inner', line([-12, -90], [-12, 90]), { class: 'service', foot: 'private' })
  const outer = thing('ways', 'outer', line([15, -90], [15, 90]), { class: 'residential' })
  const ground = (over: Partial<Ground> = {}): Ground => ({ barriers: [wall], compounds: [compound], ways: [inner, outer], buildings: [], entrances: [], ...over })

  test('leads from the nearest way inside to the nearest way outside, with the gate as a vertex of the path', () => {
    const made = gateAt(p(0, 20), ground())
    if ('refused' in made) throw new Error(made.refused.en)
    expect(made.path!.coordinates.map(metres).sort((a, b) => a[0] - b[0])).toEqual([[-12, 20], [0, 20], [15, 20]])
    expect(made.path!.coordinates).toContainEqual(made.at)
    expect([made.compound?.id, made.wall.id]).toEqual(['pines', 'wall'])
  })

  test('goes around nothing: what stands between is not walked through', () => {
    const house = thing('buildings', 'b', area([-9, 10], [-3, 10], [-3, 30], [-9, 30]))
    const second = thing('barriers', 'inner-wall', line([8, 10], [8, 30]), { kind: 'fence' })
    for (const over of [{ barriers: [wall, second] }, { buildings: [house], barriers: [wall] }]) {
      const made = gateAt(p(0, 20), ground(over))
      if ('refused' in made) throw new Error(made.refused.en)
      const at = made.path!.coordinates.map(metres)
      for (let i = 1; i < at.length; i++) {
        for (let t = 0; t <= 1; t += 0.02) {
          const x = at[i - 1][0] + t * (at[i][0] - at[i - 1][0])
          const y = at[i - 1][1] + t * (at[i][1] - at[i - 1][1])
          if ('buildings' in over) expect(within(house.geometry, p(x, y))).toBe(false)
          else expect(Math.abs(x - 8) < 0.2 && y > 10 && y < 30).toBe(false)
        }
      }
    }
  })

  test('takes the vertex of a way that is near, and only ways that people may walk', () => {
    const bent = thing('ways', 'bent', line([-12, -90], [-12, 20.9], [-20, 90]), { class: 'footway' })
    const motorway = thing('ways', 'm', line([5, -90], [5, 90]), { class: 'motorway' })
    const bridge = thing('ways', 'br', line([6, -90], [6, 90]), { class: 'footway', bridge: true })
    const shut = thing('ways', 's', line([-3, -90], [-3, 90]), { class: 'service', foot: 'no' })
    const made = gateAt(p(0, 20), ground({ ways: [bent, motorway, bridge, shut, outer] }))
    if ('refused' in made) throw new Error(made.refused.en)
    expect(made.path!.coordinates).toContainEqual((bent.geometry as LineString).coordinates[1])
    expect(made.path!.coordinates.map(metres)).toContainEqual([15, 20])
    expect([motorway, bridge, shut].some(walkable)).toBe(false)
  })

  test('in a boundary without a wall goes straight on until it is through', () => {
    const near = thing('ways', 'near', line([-4, -90], [-4, 90]), { class: 'service' })
    const made = gateAt(p(0, 20), ground({ barriers: [], ways: [near, inner, outer] }))
    if ('refused' in made) throw new Error(made.refused.en)
    const at = made.path!.coordinates.map(metres).sort((a, b) => a[0] - b[0])
    // Where the compound is closed, five metres inside, the path is still straight before the gate.
    expect(at).toEqual([[-12, 20], [-5.5, 20], [0, 20], [15, 20]])
  })

  test('needs a wall, and a way on both sides', () => {
    expect(gateAt(p(-50, 20), ground())).toHaveProperty('refused')
    expect(gateAt(p(0, 20), ground({ ways: [inner] }))).toHaveProperty('refused')
    expect(gateAt(p(0, 20), ground({ barriers: [thing('barriers', 'kerb', wall.geometry, { kind: 'kerb' })], compounds: [] }))).toHaveProperty('refused')
    // A boundary with a wall beside it stops nobody itself.
    expect(gateAt(p(0, 20), ground({ barriers: [thing('barriers', 'w', line([-4, -100], [-4, 100]), { kind: 'wall' })] }))).toHaveProperty('refused')
  })

  test('where a way goes through already needs no second one', () => {
    const through = thing('ways', 'through', line([-12, 20], [15, 20]), { class: 'footway' })
    expect(gateAt(p(0, 20.5), ground({ ways: [inner, outer, through] }))).toMatchObject({ path: null })
  })

  test('comes as one group that bears the prices of both', () => {
    const made = draw(entryGate, { type: 'Point', coordinates: p(0, 20) }, ground())
    if ('refused' in made) throw new Error(made.refused.en)
    const edits = made.steps.map((s) => (s.do === 'append' ? s.edit : null)!)
    expect(edits.map((e) => [e.layer, e.kind])).toEqual([['entrances', 'gate'], ['ways', 'footpath']])
    expect(new Set(edits.map((e) => e.group)).size).toBe(1)
    expect(edits[0].feature!.properties).toMatchObject({ foot: 'yes', of: 'pines' })
    expect(made.select).toEqual({ layer: 'entrances', id: edits[0].id })
  })
})

describe('recipes of the palette', () => {
  const text = (s: string) => ({ zh: s, en: s })
  const base = { title: text('t'), hint: text('h'), source: '' as never, ask: [] }
  const none: Ground = { barriers: [], compounds: [], ways: [], buildings: [], entrances: [] }

  test('a building makes room for green, and its doors go with it', () => {
    const entry: Entry = {
      ...base, id: 'demolish_green', layer: 'buildings', shape: 'polygon', on: 'building', op: 'delete', attributes: {},
      parts: [
        { role: 'building', title: text('b'), kind: 'demolish', op: 'delete', layer: 'buildings', shape: 'polygon', attributes: {}, place: 'picked' },
        { role: 'green', title: text('g'), kind: 'green', op: 'add', layer: 'greens', shape: 'polygon', attributes: { kind: 'pocket_park' }, place: 'picked' },
      ],
    }
    const shed = thing('buildings', 'shed', area([0, 0], [9, 0], [9, 9], [0, 9]))
    const doors = [thing('entrances', 'd1', { type: 'Point', coordinates: p(0, 4) }, { of: 'shed' }), thing('entrances', 'd2', { type: 'Point', coordinates: p(90, 4) }, { of: 'other' })]
    const made = pick(entry, shed, { ...none, entrances: doors }, 'shed')
    if ('refused' in made) throw new Error(made.refused.en)
    const edits = made.steps.map((s) => (s.do === 'append' ? s.edit : null)!)
    expect(edits.map((e) => [e.op, e.layer, e.id, e.kind])).toEqual([['delete', 'buildings', 'shed', 'demolish'], ['add', 'greens', expect.any(String), 'green'], ['delete', 'entrances', 'd1', undefined]])
    expect(edits[1].feature!.geometry).toEqual(shed.geometry)
    expect(new Set(edits.map((e) => e.group)).size).toBe(1)
  })

  test('what is picked must be what the entry is for', () => {
    const ramp: Entry = { ...base, id: 'ramp', layer: 'ways', shape: 'line', on: 'way', op: 'change', picks: { class: 'steps' }, attributes: { class: 'footway', step_count: null } }
    expect(pick(ramp, thing('ways', 'w', line([0, 0], [5, 0]), { class: 'footway' }), none, '')).toHaveProperty('refused')
    const made = pick(ramp, thing('ways', 's', line([0, 0], [5, 0]), { class: 'steps' }), none, '')
    expect('refused' in made ? made : made.steps).toEqual([{ do: 'append', seen: 1, edit: expect.objectContaining({ op: 'change', id: 's', set: { class: 'footway', step_count: null } }) }])
  })

  test('a site is three sectors on its roof; a bridge is ramps and what is between', () => {
    const site: Entry = {
      ...base, id: 'site', layer: 'cells', shape: 'point', on: 'building', attributes: { azimuth_deg: 0, height_m: 25 },
      takes: [{ attribute: 'on_building', from: 'id', of: 'building' }, { attribute: 'height_m', from: 'height_m', of: 'building', plus: 3 }],
      parts: [0, 120, 240].map((turn_deg) => ({ role: `sector_${turn_deg}`, title: text('s'), kind: 'site', op: 'add', layer: 'cells', shape: 'point', attributes: { azimuth_deg: 200, height_m: 25 }, place: 'drawn', turn_deg })),
    }
    const house = thing('buildings', 'h', area([0, 0], [20, 0], [20, 20], [0, 20]), { height_m: 18 })
    const made = draw(site, { type: 'Point', coordinates: p(10, 10) }, { ...none, buildings: [house] })
    if ('refused' in made) throw new Error(made.refused.en)
    expect(made.steps.map((s) => s.do === 'append' && s.edit.feature!.properties)).toEqual([200, 320, 80].map((azimuth_deg) => ({ azimuth_deg, height_m: 21, on_building: 'h' })))
    const onGround = draw(site, { type: 'Point', coordinates: p(50, 10) }, { ...none, buildings: [house] })
    expect('refused' in onGround ? 0 : onGround.steps[0].do === 'append' && onGround.steps[0].edit.feature!.properties.height_m).toBe(25)

    const part = (place: 'first_leg' | 'middle_legs' | 'last_leg') => ({ role: place, title: text('x'), kind: 'footbridge', op: 'add' as const, layer: 'ways', shape: 'line' as const, attributes: { bridge: place === 'middle_legs' }, place })
    const bridge: Entry = { ...base, id: 'footbridge', layer: 'ways', shape: 'line', on: 'way', attributes: {}, parts: [part('first_leg'), part('middle_legs'), part('last_leg')] }
    const drawn = line([0, 0], [60, 0], [60, 10], [60, 20], [0, 20])
    const legs = draw(bridge, drawn, none)
    if ('refused' in legs) throw new Error(legs.refused.en)
    const chains = legs.steps.map((s) => (s.do === 'append' ? (s.edit.feature!.geometry as LineString).coordinates : []))
    expect(chains.map((c) => c.length)).toEqual([2, 3, 2])
    expect([chains[0][1], chains[1][2]]).toEqual([chains[1][0], chains[2][0]]) // they meet exactly
    expect(draw(bridge, line([0, 0], [60, 0], [60, 10]), none)).toHaveProperty('refused')
  })

  test('a crossing meets the road in a point that both have', () => {
    const entry: Entry = {
      ...base, id: 'crossing', layer: 'ways', shape: 'line', on: 'way', attributes: { class: 'footway' },
      parts: [
        { role: 'way', title: text('w'), kind: 'crossing', op: 'add', layer: 'ways', shape: 'line', attributes: { class: 'footway' }, place: 'drawn' },
        { role: 'point', title: text('p'), kind: 'crossing', op: 'add', layer: 'crossings', shape: 'point', attributes: { kind: 'zebra' }, place: 'meets_road' },
      ],
    }
    const road = thing('ways', 'road', line([-50, 0], [50, 0]), { class: 'secondary' })
    const path = thing('ways', 'path', line([-50, 3], [50, 3]), { class: 'footway' })
    const made = draw(entry, line([0, -8], [0, 8]), { ...none, ways: [road, path] })
    if ('refused' in made) throw new Error(made.refused.en)
    const edits = made.steps.map((s) => (s.do === 'append' ? s.edit : null)!)
    expect(edits.map((e) => [e.op, e.layer])).toEqual([['add', 'ways'], ['add', 'crossings'], ['move', 'ways']])
    const at = (edits[1].feature!.geometry as GeoJSON.Point).coordinates
    expect((edits[0].feature!.geometry as LineString).coordinates).toContainEqual(at)
    expect((edits[2].geometry as LineString).coordinates).toContainEqual(at)
    expect(meetsRoads(line([0, 1], [0, 8]), [road, path])).toEqual([])
    expect(draw(entry, line([0, 1], [0, 8]), { ...none, ways: [road] })).toHaveProperty('refused')
  })
})

describe('changes', () => {
  const edit = (of: Partial<Edit>): Edit => ({ seq: 1, layer: 'ways', op: 'move', id: 'w', off: false, idle: null, group: '', kind: '', comment: '', author: '', at: '', version: 3, ...of })
  const target = { layer: 'ways', id: 'w', version: 3 }
  const geometry = line([0, 0], [1, 1])

  test('of the same thing are one edit; what the scenario brought is changed where it is told', () => {
    expect(changeStep([], target, { geometry })).toEqual({ do: 'append', seen: 3, edit: { layer: 'ways', op: 'move', id: 'w', geometry } })
    expect(changeStep([edit({ geometry: line([5, 5], [6, 6]) })], target, { geometry })).toMatchObject({ do: 'replace', seqs: [1], edit: { op: 'move', geometry } })
    expect(changeStep([edit({ op: 'change', set: { lit: true } })], target, { set: { width_m: 2 } })).toMatchObject({ do: 'replace', edit: { set: { lit: true, width_m: 2 } } })
    expect(changeStep([edit({ geometry, group: 'g' })], target, { geometry })).toMatchObject({ do: 'append' })
    const added = edit({ op: 'add', feature: { type: 'Feature', id: 'w', geometry, properties: { lit: true, class: 'path' } } })
    expect(changeStep([added], target, { set: { lit: null, width_m: 3 } })).toMatchObject({ do: 'replace', edit: { feature: { properties: { class: 'path', width_m: 3 } } } })
    const step = changeStep([added], target, { set: { lit: null } })
    expect(step.do === 'replace' && step.edit.feature!.properties).not.toHaveProperty('lit')
    expect(deleteSteps([added, edit({ seq: 4 })], target)).toEqual([{ do: 'remove', seqs: [1, 4] }])
    expect(deleteSteps([edit({})], target)).toMatchObject([{ do: 'append', seen: 3, edit: { op: 'delete' } }])
  })

  test('are drawn as what they leave, and off ones not at all', () => {
    const old = line([9, 9], [8, 8])
    const of = (op: 'added' | 'changed' | 'deleted', edits: Edit[]) =>
      drawnEdits({ touched: [{ layer: 'ways', id: 'w', op }], edits } as unknown as Scenario, () => old).map((f) => [f.properties!.op, f.geometry])
    expect(of('changed', [edit({ geometry })])).toEqual([['deleted', old], ['changed', geometry]])
    expect(of('changed', [edit({ op: 'change', set: {} })])).toEqual([['changed', old]])
    expect(of('deleted', [edit({ op: 'delete' })])).toEqual([['deleted', old]])
    expect(of('added', [edit({ op: 'add', feature: { type: 'Feature', id: 'w', geometry, properties: {} } }), edit({ geometry: old, off: true })])).toEqual([['added', geometry]])
    expect(drawnEdits({ touched: [], edits: [edit({ off: true })] } as unknown as Scenario, () => old)).toEqual([])
  })

  test('the sectors of a site know each other', () => {
    const sector = (id: string, off = false) => edit({ op: 'add', layer: 'cells', id, group: 'site', off, feature: { type: 'Feature', id, geometry: null, properties: {} } })
    expect(siblings([sector('a'), sector('b'), sector('c', true), edit({ op: 'add', id: 'p', group: 'site' })], { layer: 'cells', id: 'a' })).toEqual(['b'])
  })
})

describe('the form', () => {
  const field = (of: Partial<Field>): Field => ({ name: 'f', type: 'real', title: { zh: '值', en: 'value' }, ...of })

  test('tells unknown from empty, and keeps what is known', () => {
    expect(entered(null)).toEqual({ unknown: true, text: '' })
    expect(read(field({}), { unknown: true, text: '' })).toEqual({ value: null })
    expect(read(field({}), { unknown: false, text: ' ' })).toHaveProperty('wrong')
    expect(read(field({ type: 'text' }), { unknown: false, text: '' })).toHaveProperty('wrong')
    for (const v of [0, -3.25, 1e-7, 117.0903327098504]) {
      expect(differs(field({}), entered(v), v)).toBe(false)
      expect(read(field({}), entered(v))).toEqual({ value: v })
    }
    expect(differs(field({ type: 'boolean' }), entered(false), null)).toBe(true)
    expect(differs(field({ type: 'boolean' }), entered(undefined), null)).toBe(false)
  })

  test('reads figures as people type them, within their range', () => {
    const height = field({ type: 'integer', min: 0, max: 200 })
    expect(read(height, { unknown: false, text: '１２' })).toEqual({ value: 12 })
    expect(read(field({}), { unknown: false, text: '1,250.5' })).toEqual({ value: 1250.5 })
    for (const text of ['6.5', '201', '-1', 'six', '1e999', '--3', '0x10']) expect(read(height, { unknown: false, text }), text).toHaveProperty('wrong')
  })
})

describe('what is around', () => {
  test('is read once, and again when its layer has another version', async () => {
    let version = 'v1'
    const asked: string[] = []
    const read = async (layer: string, q: { bbox: readonly number[]; after?: string }) => {
      asked.push(`${layer}@${version}`)
      return { type: 'FeatureCollection' as const, next: null, features: [{ type: 'Feature' as const, id: version, properties: {}, geometry: { type: 'Point' as const, coordinates: [q.bbox[0], q.bbox[1]] } }] }
    }
    const nearby = new Nearby(read, () => version)
    const box: [number, number, number, number] = [117.0901, 36.1701, 117.0902, 36.1702]
    await Promise.all([nearby.want(['ways'], box), nearby.want(['ways'], box)])
    expect(asked).toEqual(['ways@v1'])
    version = 'v2'
    expect(nearby.of('ways').map((t) => t.id)).toEqual(['v1']) // shown until the new is there
    await nearby.want(['ways'], box)
    expect(nearby.of('ways').map((t) => t.id)).toEqual(['v2'])
    expect(await nearby.want(['ways'], [117, 36, 118, 37])).toBe(false)
    expect(squaresOf(box)).toHaveLength(1)
  })
})

test('inside and outside', () => {
  const rings = [ring([0, 0], [10, 0], [10, 10], [0, 10]), ring([4, 4], [6, 4], [6, 6], [4, 6])]
  expect([p(2, 2), p(5, 5), p(12, 5)].map((at) => inside(rings, at))).toEqual([true, false, false])
})
