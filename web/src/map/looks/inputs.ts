// The layers that the product declares. They recede: light, low chroma, thin.
import type { FilterSpecification } from 'maplibre-gl'
import { byZoom, isLine, isPoint, isPolygon, label, type LegendItem, type Look, type Part, z } from './look'

const filter = (f: unknown) => f as FilterSpecification
const oneOf = (field: string, ...values: string[]) => ['in', ['get', field], ['literal', values]]

const t = (zh: string, en: string) => ({ zh, en })

export const building = { fill: '#e5dfd4', line: '#cdc4b5', wall: '#ddd6c9', estimated: '#e9e2d2' }

const major = ['motorway', 'trunk', 'primary', 'secondary']
const middle = ['tertiary', 'unclassified']
const onFoot = ['footway', 'path', 'pedestrian', 'corridor', 'cycleway', 'track', 'elevator']
const street = { major: '#b0a594', middle: '#bdb3a4', minor: '#c9c0b2', foot: '#b9af9f', steps: '#9c9080' }

function ways(): Look {
  const line = (id: string, f: unknown, colour: string, width: unknown, more: Partial<Part> = {}): Part => ({
    id,
    z: z.way,
    type: 'line',
    filter: filter(['all', isLine, f]),
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': colour, 'line-width': width },
    ...more,
  })
  const names = { placement: 'line', minzoom: 14.5, size: byZoom(14, 10, 18, 12.5), colour: '#6b6255' } as const
  const known = [...major, ...middle, ...onFoot, 'steps']
  return {
    on: true,
    parts: [
      { id: 'squares', z: z.square, type: 'fill', filter: isPolygon, paint: { 'fill-color': '#f8f5ef' } },
      line('foot', oneOf('class', ...onFoot), street.foot, byZoom(13, 0.4, 16, 1, 19, 2.6), {
        paint: { 'line-color': street.foot, 'line-width': byZoom(13, 0.4, 16, 1, 19, 2.6), 'line-dasharray': [2.4, 1.6] },
        layout: { 'line-cap': 'butt', 'line-join': 'round' },
      }),
      line('steps', ['==', ['get', 'class'], 'steps'], street.steps, byZoom(13, 0.6, 16, 2, 19, 5), {
        paint: { 'line-color': street.steps, 'line-width': byZoom(13, 0.6, 16, 2, 19, 5), 'line-dasharray': [0.4, 0.5] },
        layout: { 'line-cap': 'butt', 'line-join': 'round' },
      }),
      line('minor', ['!', oneOf('class', ...known)], street.minor, byZoom(12, 0.4, 15, 1.3, 18, 5)),
      line('middle', oneOf('class', ...middle), street.middle, byZoom(12, 0.7, 15, 2, 18, 7)),
      line('major', oneOf('class', ...major), street.major, byZoom(11, 0.8, 15, 2.8, 18, 9)),
      { ...label('names', names), only: '2d' },
      // Buildings that stand hide small streets, but not their names.
      { ...label('main-names', { ...names, filter: filter(['all', ['has', 'name'], oneOf('class', ...major, ...middle)]) }), only: '3d' },
    ],
    legend: [
      { mark: 'line', colour: street.major, label: t('主干路、次干路', 'Main roads') },
      { mark: 'line', colour: street.minor, label: t('支路、居住区道路', 'Minor and residential streets') },
      { mark: 'dash', colour: street.foot, label: t('步行道、小径', 'Footways and paths') },
      { mark: 'dash', colour: street.steps, label: t('台阶', 'Steps') },
    ],
  }
}

function buildings(): Look {
  return {
    on: true,
    parts: [
      { id: 'fill', z: z.building, type: 'fill', minzoom: 13, paint: { 'fill-color': building.fill } },
      {
        id: 'line', z: z.building + 1, type: 'line', minzoom: 14, mute: true,
        paint: { 'line-color': building.line, 'line-width': byZoom(14, 0.4, 18, 1.2) },
      },
      label('names', { minzoom: 16.5, size: 10.5, colour: '#6b6255' }),
    ],
    legend: [
      { mark: 'fill', colour: building.fill, stroke: building.line, label: t('建筑', 'Building') },
      { mark: 'fill', colour: building.estimated, stroke: building.line, label: 'heightEstimated' },
    ],
  }
}

/** The heights of buildings. What has neither height nor floors stays flat. */
export const height: unknown[] = ['coalesce', ['get', 'height_m'], ['*', 3, ['get', 'floors']], 0]

const water = ['water', 'reservoir', 'basin', 'pond', 'river', '水域']
function areas(): Look {
  return {
    on: true,
    parts: [
      {
        id: 'fill', z: z.land, type: 'fill',
        paint: { 'fill-color': ['case', oneOf('use', ...water), '#d3e0e4', '#ece7dd'] },
      },
      { id: 'line', z: z.land, type: 'line', mute: true, paint: { 'line-color': ['case', oneOf('use', ...water), '#bcd0d6', '#e0d9cc'], 'line-width': 0.6 } },
      label('names', { minzoom: 15.5, colour: '#857b6c', size: 10.5 }),
    ],
    legend: [
      { mark: 'fill', colour: '#ece7dd', stroke: '#e0d9cc', label: t('用地', 'Land use') },
      { mark: 'fill', colour: '#d3e0e4', stroke: '#bcd0d6', label: t('水面', 'Water') },
    ],
  }
}

function greens(): Look {
  return {
    on: true,
    parts: [
      { id: 'fill', z: z.green, type: 'fill', paint: { 'fill-color': ['match', ['get', 'kind'], ['park', 'pocket_park', 'garden'], '#d5e0c6', '#dfe6d3'] } },
      { id: 'line', z: z.green, type: 'line', mute: true, paint: { 'line-color': '#c3d0b0', 'line-width': 0.7 } },
      label('names', { minzoom: 14, colour: '#5a6a45', size: 11 }),
    ],
    legend: [
      { mark: 'fill', colour: '#d5e0c6', stroke: '#c3d0b0', label: t('公园、花园', 'Parks and gardens') },
      { mark: 'fill', colour: '#dfe6d3', stroke: '#c3d0b0', label: t('其他绿地', 'Other green') },
    ],
  }
}

function communities(): Look {
  const line = '#5b5145'
  return {
    on: true,
    parts: [
      { id: 'halo', z: z.boundary, type: 'line', mute: true, paint: { 'line-color': '#f6f3ed', 'line-width': byZoom(11, 3, 16, 5) }, opacity: 0.55 },
      { id: 'line', z: z.boundary, type: 'line', layout: { 'line-join': 'round' }, paint: { 'line-color': line, 'line-width': byZoom(11, 1, 16, 2), 'line-dasharray': [4, 2, 1, 2] } },
    ],
    legend: [{ mark: 'dash', colour: line, label: t('社区边界', 'Boundary of the community') }],
  }
}

function compounds(): Look {
  return {
    on: true,
    parts: [
      { id: 'fill', z: z.land, type: 'fill', paint: { 'fill-color': '#f7f4ee' } },
      { id: 'line', z: z.barrier, type: 'line', mute: true, paint: { 'line-color': '#a39784', 'line-width': 1, 'line-dasharray': [3, 2] } },
      label('names', { minzoom: 14.5, colour: '#6b6255', size: 12 }),
    ],
    legend: [{ mark: 'dash', colour: '#a39784', label: t('小区边界', 'Edge of the compound') }],
  }
}

function barriers(): Look {
  const c = '#8d8171'
  return {
    on: false,
    parts: [
      { id: 'fill', z: z.barrier, type: 'fill', filter: isPolygon, paint: { 'fill-color': c }, opacity: 0.25 },
      { id: 'line', z: z.barrier, type: 'line', filter: isLine, paint: { 'line-color': c, 'line-width': byZoom(14, 0.6, 18, 2) } },
      { id: 'point', z: z.point, type: 'circle', filter: isPoint, minzoom: 15, paint: { 'circle-radius': byZoom(15, 2, 18, 4), 'circle-color': '#f6f3ed', 'circle-stroke-color': c, 'circle-stroke-width': 1.5 } },
    ],
    legend: [
      { mark: 'line', colour: c, label: t('围墙、围栏', 'Walls and fences') },
      { mark: 'dot', colour: '#f6f3ed', stroke: c, label: t('门、道闸、隔离柱', 'Gates and bollards') },
    ],
  }
}

/** A layer of small points in one quiet colour. */
function dots(colour: string, name: { zh: string; en: string }, more: Partial<Look> = {}): Look {
  return {
    on: false,
    parts: [{
      id: 'point', z: z.point, type: 'circle', minzoom: 13,
      paint: { 'circle-radius': byZoom(13, 1.5, 18, 4.5), 'circle-color': colour, 'circle-stroke-color': '#faf8f4', 'circle-stroke-width': byZoom(13, 0.5, 18, 1.5) },
    }],
    legend: [{ mark: 'dot', colour, stroke: '#faf8f4', label: name }],
    ...more,
  }
}

const networks: [code: string, colour: string, zh: string, en: string][] = [
  ['water', '#3f7fa6', '给水', 'Water'], ['sewage', '#8a6a4a', '污水', 'Sewage'], ['rain', '#6aa5b8', '雨水', 'Rain'],
  ['gas', '#b58a1e', '燃气', 'Gas'], ['heat', '#b3698f', '热力', 'Heat'], ['power', '#6d5b9b', '电力', 'Power'],
  ['telecom', '#5d8a5a', '通信', 'Telecom'],
]
const byNetwork = ['match', ['get', 'network'], ...networks.flatMap(([code, colour]) => [code, colour]), '#8d8171']
const networkLegend: LegendItem[] = networks.map(([, colour, zh, en]) => ({ mark: 'line', colour, label: t(zh, en) }))

function pipes(): Look {
  return {
    on: false,
    parts: [{ id: 'line', z: z.line, type: 'line', layout: { 'line-cap': 'round' }, paint: { 'line-color': byNetwork, 'line-width': byZoom(13, 0.8, 18, 3) } }],
    legend: networkLegend,
  }
}

function pipeNodes(): Look {
  const look = dots('#8d8171', t('管点', 'Pipe node'))
  look.parts[0].paint!['circle-color'] = byNetwork
  return look
}

function keypoints(): Look {
  const look = dots('#5b5145', t('重点部位', 'Key point'))
  look.parts[0].filter = isPoint
  look.parts.push({ id: 'line', z: z.line, type: 'line', filter: isLine, paint: { 'line-color': '#5b5145', 'line-width': byZoom(13, 1, 18, 4) } })
  return look
}

function terrain(): Look {
  return {
    on: false,
    parts: [{ id: 'line', z: z.land, type: 'line', paint: { 'line-color': '#b9ad99', 'line-width': 0.8, 'line-dasharray': [1, 2] } }],
    legend: [{ mark: 'dash', colour: '#b9ad99', label: t('高程格网范围', 'Tiles of the height grid') }],
  }
}

/** The looks of the declared layers by name; facilities have their own module. */
export const inputLooks: Record<string, () => Look> = {
  communities, compounds, buildings, ways, barriers, areas, greens, pipes, terrain, keypoints,
  pipe_nodes: pipeNodes,
  entrances: () => dots('#7d6f5c', t('出入口', 'Entrance')),
  crossings: () => dots('#9c9080', t('过街点', 'Crossing')),
  cells: () => dots('#6d5b9b', t('5G 小区', '5G cell')),
  cameras: () => dots('#3d6475', t('摄像机', 'Camera')),
  devices: () => dots('#93876f', t('设备', 'Device')),
}
