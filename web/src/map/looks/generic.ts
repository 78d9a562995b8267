// Any layer that has no look of its own: drawn by the shapes it holds, in one of a few
// quiet colours picked by its name, so that it keeps its colour from day to day.
import type { Layer } from '../../api/types'
import { metricLook } from './metric'
import { byZoom, isLine, isPoint, isPolygon, label, type Look, type Part, z } from './look'

const colours = ['#7a5c86', '#2f7a76', '#9a6a2f', '#4f6d9c', '#7d7a2e', '#97566b']

function pick(name: string): string {
  let hash = 7
  for (const c of name) hash = (hash * 31 + c.codePointAt(0)!) >>> 0
  return colours[hash % colours.length]
}

export function genericLook(layer: Layer): Look {
  const found = layer.kind === 'result' ? metricLook(layer) : null
  if (found) return found
  const colour = pick(layer.name)
  const shapes = layer.shapes ?? []
  const parts: Part[] = []
  if (shapes.includes('polygon')) {
    parts.push(
      { id: 'fill', z: z.custom, type: 'fill', filter: isPolygon, paint: { 'fill-color': colour }, opacity: 0.18 },
      { id: 'outline', z: z.custom, type: 'line', filter: isPolygon, mute: true, paint: { 'line-color': colour, 'line-width': 1.2 } },
    )
  }
  if (shapes.includes('line')) {
    parts.push({
      id: 'line', z: z.line, type: 'line', filter: isLine,
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': colour, 'line-width': byZoom(12, 1, 18, 4) },
    })
  }
  if (shapes.includes('point')) {
    parts.push({
      id: 'point', z: z.point, type: 'circle', filter: isPoint,
      paint: { 'circle-radius': byZoom(11, 2, 18, 6), 'circle-color': colour, 'circle-stroke-color': '#faf8f4', 'circle-stroke-width': 1.2 },
    })
  }
  if (layer.fields?.some((f) => f.name === 'name')) {
    parts.push(label('names', shapes.includes('point') ? { offset: [0, 0.8] } : {}))
  }
  const mark = shapes.includes('polygon') ? 'fill' : shapes.includes('line') ? 'line' : 'dot'
  return { on: layer.kind === 'custom', parts, legend: [{ mark, colour, stroke: colour, label: layer.title }] }
}
