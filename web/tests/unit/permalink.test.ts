import { expect, test } from 'vitest'
import { format, parse, type View } from '../../src/state/permalink'

test.each<[string, View]>([
  ['nothing', {}],
  ['a place', { centre: [117.086123, 36.175], zoom: 15.25, pitch: 52, bearing: -20 }],
  ['layers', { on: ['barriers', '我的图层'], off: ['greens'], opacity: { ways: 0.5, walk_area_15: 0.25 } }],
  ['a run', { run: 'walk_sport', minutes: 7, profile: 'elderly', solid: true, lang: 'en', tab: 'why', spot: [117.1, 36.2] }],
  ['a group and a cell', { run: 'radio', group: 'operator:中国移动/n41', spot: [117.1, 36.2], cell: 'cell-01 & co' }],
  ['a camera', { camera: 'cam-1', spot: [117.1, 36.2] }],
  ['a requirement', { tab: 'indicators', indicator: { profile: 'shandong-smart-community/growth', requirement: '4.1a' } }],
  ['a requirement behind a feature', { tab: 'feature', of: 'c-2', indicator: { profile: 'shandong-smart-community/growth', requirement: '5' } }],
  ['a standard with nothing open', { tab: 'indicators', indicator: { profile: 'yantai-beautiful-community/renewal', requirement: '' } }],
  ['a scenario', { tab: 'scenario', scenario: 's-3k9f2mq7', indicator: { profile: 'shandong-smart-community/growth', requirement: '5' } }],
  ['an id with everything in it', { selected: { layer: 'buildings', id: 'w1/2,3&x=#楼 4' } }],
])('a view comes back from its address: %s', (_, view) => {
  expect(parse(format(view))).toEqual(view)
})

test.each([
  ['#at=999,36', {}],
  ['#at=1,2,3', {}],
  ['#at=,', {}],
  ['#z=abc&min=-1&p=NaN&tab=nope&lang=fr', {}],
  ['#sel=buildings', {}],
  ['#indicator=growth', {}],
  ['#fade=ways:2,x:0.5,y', { opacity: { x: 0.5 } }],
  ['#%E0%A4%A&z=3', { zoom: 3 }],
])('nonsense is left out, the rest is kept: %s', (hash, want) => {
  expect(parse(hash)).toEqual(want)
})
