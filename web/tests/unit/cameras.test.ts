import { expect, test } from 'vitest'
import type { CameraSection, Run, Value } from '../../src/api/types'
import { camerasToCheck, cameraValues, openKeypoints } from '../../src/state/cameras'
import type { LabelPoints } from '../../src/state/labels'
import { drawing, freeLength, lineAt, ofLook, picturePath } from '../../src/state/section'

const value = (id: string, more: Partial<Value> = {}): Value => ({ id: `cameras_${id}`, title: { zh: id, en: id }, value: 50, unit: '%', ...more })
const run = (values: Value[]) => ({ id: 'cameras', analysis: 'cameras', params: {}, values }) as unknown as Run
const ids = (list: Value[]) => list.map((v) => v.id.replace('cameras_', ''))

test('values are told in an order, each once, and what does not apply is not told', () => {
  const values = cameraValues(run([
    value('working_share'), value('points_share', { layer: 'cameras_keypoints' }), value('keypoints_covered_share', { layer: 'cameras_keypoints' }),
    value('compound_gate_share', { layer: 'cameras_keypoints' }), value('facade_share', { denominator: 0, value: null }), value('advice_cameras', { unit: '' }),
    value('networked_share'),
  ]))
  expect(values.headline?.id).toBe('cameras_keypoints_covered_share')
  expect(ids(values.parts)).toEqual(['points_share'])
  expect(ids(values.kinds)).toEqual(['compound_gate_share'])
  expect(ids(values.inventory)).toEqual(['networked_share', 'working_share'])
  expect(values.facades).toEqual([])
  expect(ids(values.rest)).toEqual(['advice_cameras'])
})

const points = (list: Record<string, unknown>[]): LabelPoints => ({
  layer: { type: 'FeatureCollection', revision: 1, features: list.map((p, i) => ({ type: 'Feature', geometry: { type: 'Point', coordinates: [i, 0] }, properties: p })) },
})

test('parts of a key point are one row: points first, then by what is open', () => {
  const rows = openKeypoints(points([
    { id: 'road:1', keypoint: 'road', covered: 'no', length_m: 10, reason: 'blocked' }, { id: 'road:2', keypoint: 'road', covered: 'yes', length_m: 99 },
    { id: 'road:3', keypoint: 'road', covered: 'unknown', length_m: 30, reason: 'unknown' }, { id: 'lane:1', keypoint: 'lane', covered: 'no', length_m: 70 },
    { id: 'gate:1', keypoint: 'gate', covered: 'no', reason: 'camera_off' }, { id: 'seen:1', keypoint: 'seen', covered: 'yes' },
  ]), 'layer')
  expect(rows.map((r) => [r.id, r.lengthM, r.state])).toEqual([['gate', 0, 'no'], ['lane', 70, 'no'], ['road', 40, 'no']])
  expect(rows[2]).toMatchObject({ feature: 'road:3', at: [2, 0] })
})

test('cameras to look after are those that do not work, are recorded wrongly or cannot be computed', () => {
  const rows = camerasToCheck(points([
    { id: 'a', working: 'yes', compliant: 'yes', view: 'known' }, { id: 'b', working: 'no', compliant: 'yes', view: 'known' },
    { id: 'c', working: 'yes', compliant: 'no', faults: 'code_length name_missing', view: 'known' }, { id: 'd', view: 'insufficient', lacks: 'height_m' },
  ]), 'layer')
  expect(rows.map((r) => r.id)).toEqual(['b', 'c', 'd'])
  expect(rows[1].faults).toEqual(['code_length', 'name_missing'])
})

test('a look is drawn to the place and a little beyond it', () => {
  const section = ofLook({
    camera: 'c', length_m: 30, at_m: 20, ground: [[0, 100], [30, 100]], eye_m: 106, target_m: 101.5, lower_deg: -40, upper_deg: 5,
    solids: [{ layer: 'barriers', id: 'w', name: '', from_m: 10, to_m: 10.2, base_m: 100, top_m: 105, unknown: false, assumed: false, blocks: true }],
    classes: [{ class: 'detect', title: { zh: '', en: '' }, reach_m: 60 }, { class: 'identify', title: { zh: '', en: '' }, reach_m: 9 }],
    glance: { name: 'n', at: [0, 0], blocked_by: { layer: 'barriers', id: 'w', name: '', from_m: 10, above_m: 1.25, height_unknown: false } },
  } as unknown as CameraSection, [{ id: 'detect', title: { zh: '', en: '' }, px_per_m: 25 }, { id: 'identify', title: { zh: '', en: '' }, px_per_m: 250 }])
  expect(section.reaches.map((r) => r.class)).toEqual(['identify', 'detect'])
  expect(lineAt(section, 20)).toBeCloseTo(101.5)
  expect(freeLength(section.to_at_m, section.inTheWay)).toBe(10)
  const d = drawing(section, 344, 200, { left: 30, right: 10, top: 20, bottom: 30 })
  expect(picturePath(section, d)).toMatch(/^M30 /)
  expect(picturePath({ ...section, picture: null }, d)).toBe('')
})
