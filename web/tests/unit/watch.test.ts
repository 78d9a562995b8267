import { featureFilter } from '@maplibre/maplibre-gl-style-spec'
import { expect, test } from 'vitest'
import type { Field } from '../../src/api/types'
import { type CamerasContext, cameraLook, type CameraPart, classColours } from '../../src/map/looks/cameras'
import { difference, fails, fromHex, sharpness } from '../../src/map/palette'
import { wedgeIcon, wedgeOf, wedgeWidths } from '../../src/map/wedges'
import { valueText } from '../../src/state/attributes'
import { originOf } from '../../src/state/cameras'

const cameras: CamerasContext = {
  classes: [{ id: 'detect', title: { zh: '发现', en: 'Detect' }, px_per_m: 25 }, { id: 'identify', title: { zh: '识别', en: 'Identify' }, px_per_m: 250 }], focus: 'c1',
}
type Shape = 'Point' | 'LineString' | 'Polygon'
const shapes: Record<Shape, 1 | 2 | 3> = { Point: 1, LineString: 2, Polygon: 3 }

/** The parts of a look that draw a feature. */
function drawing(part: CameraPart, properties: Record<string, unknown>, shape: Shape, only: '2d' | '3d' = '2d'): string[] {
  return cameraLook(part, cameras).parts.filter((p) => (!p.only || p.only === only)
    && (!p.filter || featureFilter(p.filter as never, 'layers[0].filter').filter({ zoom: 17 }, { type: shapes[shape], properties } as never))).map((p) => p.id)
}

test('each class is darker than the one before, tells apart in grey, and none is near the red of what fails', () => {
  for (const count of [2, 4, 7]) {
    const colours = sharpness(count).reverse().map(fromHex)
    for (let i = 1; i < colours.length; i++) expect(colours[i - 1][0] - colours[i][0], `${count}: ${i}`).toBeGreaterThan(0.04)
    for (const c of colours) expect(difference(c, fromHex(fails))).toBeGreaterThan(0.2)
  }
  expect(classColours(cameras.classes)).toHaveLength(2)
})

test('a view is filled where the camera works, outlined where it is off, and stands out where it is chosen', () => {
  expect(drawing('views', { camera: 'c2', mode: 'now', working: 'yes' }, 'Polygon')).toEqual(['fill'])
  expect(drawing('views', { camera: 'c2', mode: 'now', working: 'no' }, 'Polygon')).toEqual(['off'])
  expect(drawing('views', { camera: 'c2', mode: 'could', working: 'yes' }, 'Polygon')).toEqual(['could'])
  expect(drawing('views', { camera: 'c1', mode: 'now', working: 'yes' }, 'Polygon')).toContain('focus')
})

test('key points are chips and lines; façades are outlines in plan and walls when they stand', () => {
  expect(drawing('keypoints', { covered: 'no', name: 'Gate' }, 'Point')).toEqual(['point', 'mark', 'name'])
  expect(drawing('keypoints', { covered: 'no', length_m: 9 }, 'LineString')).toEqual(['casing', 'line'])
  expect(drawing('facades', { kind: 'building', seen: 'no' }, 'Polygon')).toEqual(['open', 'line'])
  expect(drawing('facades', { kind: 'building', seen: 'yes' }, 'Polygon')).toEqual(['line'])
  expect(drawing('facades', { kind: 'band', seen: 'no' }, 'Polygon')).toEqual([])
  expect(drawing('facades', { kind: 'band', seen: 'no' }, 'Polygon', '3d')).toEqual(['wall'])
})

test('a wedge is known by its name alone, and its arms open as wide as it says', () => {
  for (const width of wedgeWidths) {
    const wedge = wedgeOf(wedgeIcon(width, 'on'))!
    const [x1, y1] = /L([\d.]+) ([\d.]+)A/.exec(wedge.d)!.slice(1).map(Number)
    expect((2 * Math.atan2(32 - x1, 32 - y1) * 180) / Math.PI).toBeCloseTo(width, 1)
  }
  expect(wedgeOf(wedgeIcon(60, 'off'))?.state).toBe('off')
  expect(wedgeOf('cell-1-65-full')).toBeNull()
})

test('a key point that was taken from the data is the entrance or way that it came from', () => {
  expect(originOf({ layer: 'keypoints', id: 'building_door:e-7:b' })).toEqual({ layer: 'entrances', id: 'e-7:b' })
  expect(originOf({ layer: 'keypoints', id: 'fire_lane:w-1' })).toEqual({ layer: 'ways', id: 'w-1' })
  expect(originOf({ layer: 'keypoints', id: 'k:1' })).toEqual({ layer: 'keypoints', id: 'k:1' })
  expect(originOf({ layer: 'cameras', id: 'fire_lane:w-1' })).toEqual({ layer: 'cameras', id: 'fire_lane:w-1' })
})

test('several codes in one text are each in words; a text that only looks so is left alone', () => {
  const field: Field = {
    name: 'faults', type: 'text', title: { zh: '问题', en: 'Faults' },
    codes: [{ value: 'name_missing', title: { zh: '没有名称', en: 'no name' } }, { value: 'position_off', title: { zh: '坐标偏差', en: 'position off' } }],
  }
  expect(valueText(field, 'name_missing position_off')).toBe('没有名称、坐标偏差')
  expect(valueText(field, 'name_missing elsewhere')).toBe('name_missing elsewhere')
})
