import { expect, test } from 'vitest'
import { boxOf, join, labelPoint, meet } from '../../src/map/geometry'

type Ring = [number, number][]

/** Even-odd, by counting crossings to the right: written apart from the code under test. */
function holds(rings: Ring[], [x, y]: number[]): boolean {
  let odd = false
  for (const ring of rings) {
    ring.forEach((a, i) => {
      const b = ring[(i + 1) % ring.length]
      if ((a[1] > y) !== (b[1] > y) && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) odd = !odd
    })
  }
  return odd
}

const shapes: Record<string, Ring[]> = {
  square: [[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]],
  'u, whose centre is outside': [[[0, 0], [9, 0], [9, 9], [8, 9], [8, 1], [1, 1], [1, 9], [0, 9], [0, 0]]],
  'ring, whose centre is a hole': [[[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]], [[1, 1], [8, 1], [8, 8], [1, 8], [1, 1]]],
  sliver: [[[0, 0], [100, 0.01], [100, 0.02], [0, 0]]],
}

test.each(Object.entries(shapes))('a name lies inside: %s', (_, rings) => {
  const at = labelPoint({ type: 'Polygon', coordinates: rings })
  expect(at && holds(rings, at)).toBe(true)
})

test('a name of several polygons lies in the largest', () => {
  const small: Ring = [[20, 20], [21, 20], [21, 21], [20, 20]]
  const at = labelPoint({ type: 'MultiPolygon', coordinates: [[small], shapes.square] })
  expect(at && holds(shapes.square, at)).toBe(true)
})

test('what has no place has no name on the map', () => {
  expect(labelPoint(null)).toBeNull()
  expect(labelPoint({ type: 'Polygon', coordinates: [] })).toBeNull()
  expect(labelPoint({ type: 'MultiPoint', coordinates: [] })).toBeNull()
})

test('boxes', () => {
  expect(boxOf({ type: 'MultiLineString', coordinates: [[[3, 4], [1, 2]], [[5, -1], [0, 0]]] })).toEqual([0, -1, 5, 4])
  expect(boxOf({ type: 'GeometryCollection', geometries: [{ type: 'Point', coordinates: [7, 8] }] })).toEqual([7, 8, 7, 8])
  expect(boxOf({ type: 'LineString', coordinates: [] })).toBeNull()
  expect(join([0, 0, 1, 1], [2, -1, 3, 0])).toEqual([0, -1, 3, 1])
  expect(meet([0, 0, 4, 4], [2, 1, 9, 3])).toEqual([2, 1, 4, 3])
  expect(meet([0, 0, 1, 1], [1, 0, 2, 1])).toBeNull()
  expect(join(null, [2, -1, 3, 0])).toEqual([2, -1, 3, 0])
})
