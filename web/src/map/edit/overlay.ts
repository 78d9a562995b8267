// How a scenario shows on the map: what it brings, changes and takes away, as a thin
// layer over everything; and above all, what is in the hand of who draws. Sign and dash
// tell them apart as well as the colour.
import type { LayerSpecification } from 'maplibre-gl'
import { byZoom, fonts, isLine, isPoint, isPolygon, type LegendItem } from '../looks/look'
import { accent, ink } from '../palette'

export const changedColour = '#8a5a00'
export const deletedColour = '#6d665b'
const snapColour = '#d48a00'
const paper = '#fffdf8'

const op = (name: string) => ['==', ['get', 'op'], name]
const kind = (name: string) => ['==', ['get', 'kind'], name]
const colour = ['match', ['get', 'op'], 'added', accent, 'changed', changedColour, deletedColour]

export const editLegend: LegendItem[] = [
  { mark: 'tint', colour: accent, label: 'editAdded' },
  { mark: 'tint', colour: changedColour, label: 'editChanged' },
  { mark: 'hatch', label: 'editDeleted' },
]

/** What a scenario makes of the base. Features have op: added, changed, deleted; what is left behind by a move has was. */
export function editLayers(): LayerSpecification[] {
  const outline = (id: string, filter: unknown, paint: Record<string, unknown>) => ({
    id: `edits/${id}`, type: 'line', source: 'edits', filter, layout: { 'line-cap': 'round', 'line-join': 'round' }, paint,
  })
  const shape = ['any', isLine, isPolygon]
  return [
    {
      id: 'edits/fill', type: 'fill', source: 'edits', filter: ['all', isPolygon, ['!', op('deleted')]],
      paint: { 'fill-color': colour, 'fill-opacity': ['match', ['get', 'op'], 'added', 0.14, 0.07], 'fill-antialias': false },
    },
    { id: 'edits/gone', type: 'fill', source: 'edits', filter: ['all', isPolygon, op('deleted')], paint: { 'fill-pattern': 'hatch', 'fill-opacity': 0.75, 'fill-antialias': false } },
    outline('casing', ['all', shape, ['!', op('deleted')]], { 'line-color': paper, 'line-width': byZoom(13, 2.5, 17, 5.5), 'line-opacity': 0.85 }),
    outline('added', ['all', shape, op('added')], { 'line-color': accent, 'line-width': byZoom(13, 1.4, 17, 3) }),
    outline('changed', ['all', shape, op('changed')], { 'line-color': changedColour, 'line-width': byZoom(13, 1.2, 17, 2.4) }),
    outline('deleted', ['all', shape, op('deleted')], { 'line-color': deletedColour, 'line-width': byZoom(13, 1.2, 17, 2.2), 'line-dasharray': [1.4, 1.6] }),
    {
      id: 'edits/point', type: 'circle', source: 'edits', filter: isPoint,
      paint: {
        'circle-radius': byZoom(13, 5, 17, 10), 'circle-color': ['match', ['get', 'op'], 'deleted', 'rgba(255, 253, 248, 0.8)', 'rgba(255, 253, 248, 0)'],
        'circle-stroke-color': colour, 'circle-stroke-width': byZoom(13, 1.4, 17, 2.6),
      },
    },
    {
      id: 'edits/sign', type: 'symbol', source: 'edits', minzoom: 15, filter: isPoint,
      layout: {
        'text-field': ['match', ['get', 'op'], 'added', '+', 'changed', '△', '×'], 'text-font': fonts, 'text-size': byZoom(15, 11, 18, 15),
        'text-offset': ['match', ['get', 'op'], 'deleted', ['literal', [0, 0]], ['literal', [0.95, -0.85]]], 'text-allow-overlap': true, 'text-ignore-placement': true,
      },
      paint: { 'text-color': colour, 'text-halo-color': paper, 'text-halo-width': 2 },
    },
  ] as unknown as LayerSpecification[]
}

/** What is in hand: handles, the thing that moves, what is snapped to. Features have kind. */
export function handleLayers(): LayerSpecification[] {
  const dot = (name: string, paint: Record<string, unknown>) => ({ id: `handles/${name}`, type: 'circle', source: 'handles', filter: ['all', isPoint, kind(name)], paint })
  const line = (name: string, paint: Record<string, unknown>) => ({
    id: `handles/${name}`, type: 'line', source: 'handles', filter: ['all', ['any', isLine, isPolygon], kind(name)], layout: { 'line-cap': 'round', 'line-join': 'round' }, paint,
  })
  const big = ['boolean', ['get', 'touch'], false]
  return [
    { id: 'handles/area', type: 'fill', source: 'handles', filter: ['all', isPolygon, ['in', ['get', 'kind'], ['literal', ['ghost', 'target']]]], paint: { 'fill-color': accent, 'fill-opacity': 0.16, 'fill-antialias': false } },
    line('ghost', { 'line-color': accent, 'line-width': 3, 'line-dasharray': [1.6, 1.4] }),
    line('target', { 'line-color': snapColour, 'line-width': 4, 'line-opacity': 0.9 }),
    line('aim', { 'line-color': accent, 'line-width': 2 }),
    { id: 'handles/ghost-point', type: 'circle', source: 'handles', filter: ['all', isPoint, kind('ghost')], paint: { 'circle-radius': 7, 'circle-color': accent, 'circle-opacity': 0.75, 'circle-stroke-color': paper, 'circle-stroke-width': 2 } },
    dot('middle', { 'circle-radius': ['case', big, 7, 4.5], 'circle-color': paper, 'circle-opacity': 0.9, 'circle-stroke-color': accent, 'circle-stroke-width': 1.4, 'circle-stroke-opacity': 0.75 }),
    dot('vertex', {
      'circle-radius': ['case', big, 10, 6], 'circle-color': ['case', ['boolean', ['get', 'chosen'], false], accent, '#ffffff'], 'circle-stroke-color': accent, 'circle-stroke-width': 2.4,
    }),
    dot('handle', { 'circle-radius': ['case', big, 11, 7.5], 'circle-color': accent, 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 2.4 }),
    dot('snap-edge', { 'circle-radius': 6, 'circle-color': paper, 'circle-stroke-color': snapColour, 'circle-stroke-width': 3 }),
    dot('snap-vertex', { 'circle-radius': 6, 'circle-color': snapColour, 'circle-stroke-color': ink, 'circle-stroke-width': 1.6 }),
  ] as unknown as LayerSpecification[]
}
