// Layers that a metric draws itself: what was found of each thing stands in the attribute
// "state". What fails is red and dashed or hatched, a dash of its own for each reason;
// what is not known is grey; what is fine stays quiet.
import type { FilterSpecification } from 'maplibre-gl'
import type { Code, Layer } from '../../api/types'
import { roleStyles } from './highlight'
import { byZoom, fonts, isLine, isPoint, isPolygon, type LegendItem, type Look, type Part, z } from './look'

type Sense = 'good' | 'bad' | 'unknown' | 'neutral'

const senses: Record<Exclude<Sense, 'neutral'>, readonly string[]> = {
  good: ['lit', 'served', 'reached', 'connected', 'loop', 'free', 'renewed', 'complete', 'seen', 'yes'],
  bad: ['dark', 'beyond', 'cut_off', 'dead_end', 'steps', 'steep', 'closed', 'no_way', 'blocked', 'island', 'old', 'partial', 'unseen', 'no'],
  unknown: ['unknown'],
}
const senseOf = (state: string): Sense => (Object.keys(senses) as (keyof typeof senses)[]).find((s) => senses[s].includes(state)) ?? 'neutral'

const neutrals = ['#a5690b', '#74499c', '#2563a0', '#5f6b1c']
const dashes = [undefined, [2, 1.2], [0.6, 1], [3, 1, 0.6, 1]]
const up: Record<Sense, number> = { good: 0, neutral: 1, unknown: 2, bad: 3 }
const hatches: Record<Sense, string | null> = { good: null, neutral: null, unknown: 'hatch', bad: 'hatch-fails' }

interface State {
  code: Code
  sense: Sense
  colour: string
  dash: number[] | undefined
}

/** The states of a layer with their colours; those of one sense are told apart by their dash. */
export function statesOf(layer: Pick<Layer, 'fields'>): State[] {
  const seen: Record<Sense, number> = { good: 0, bad: 0, unknown: 0, neutral: 0 }
  return (layer.fields?.find((f) => f.name === 'state')?.codes ?? []).map((code) => {
    const sense = senseOf(code.value)
    const n = seen[sense]++
    const colour = { good: roleStyles.made.colour, bad: roleStyles.failed.colour, unknown: roleStyles.unknown.colour, neutral: neutrals[n % neutrals.length] }[sense]
    return { code, sense, colour, dash: sense === 'unknown' ? [1.2, 1.2] : sense === 'bad' ? dashes[n % dashes.length] : undefined }
  })
}

const filter = (...all: unknown[]) => ['all', ...all] as unknown as FilterSpecification

function partsOf({ code, sense, colour, dash }: State): Part[] {
  const is = ['==', ['get', 'state'], code.value]
  const id = (name: string) => `${code.value}-${name}`
  const loud = sense === 'bad'
  const hatch = hatches[sense]
  return [
    {
      id: id('fill'), z: z.building + 2 + up[sense] / 4, type: 'fill', filter: filter(isPolygon, is),
      paint: hatch ? { 'fill-pattern': hatch } : { 'fill-color': colour }, opacity: hatch ? 1 : 0.28,
    },
    {
      id: id('outline'), z: z.barrier + 2 + up[sense] / 4, type: 'line', mute: true, filter: filter(isPolygon, is), layout: { 'line-join': 'round' },
      paint: { 'line-color': colour, 'line-width': byZoom(12, 0.5, 16, loud ? 1.4 : 0.9) },
    },
    {
      id: id('casing'), z: z.line - 2 + up[sense] / 4, type: 'line', mute: true, filter: filter(isLine, is), layout: { 'line-cap': 'butt', 'line-join': 'round' },
      paint: { 'line-color': '#fffdf8', 'line-width': byZoom(12, 1.6, 16, loud ? 7 : 5, 19, loud ? 13 : 9) }, opacity: 0.85,
    },
    {
      id: id('line'), z: z.line - 1 + up[sense] / 4, type: 'line', filter: filter(isLine, is), layout: { 'line-cap': 'butt', 'line-join': 'round' },
      paint: { 'line-color': colour, 'line-width': byZoom(12, 0.9, 16, loud ? 4.4 : 2.6, 19, loud ? 9 : 5.5), ...(dash ? { 'line-dasharray': dash } : {}) },
    },
    {
      id: id('point'), z: z.venue + 1 + up[sense] / 4, type: 'circle', filter: filter(isPoint, is),
      paint: {
        'circle-radius': byZoom(12, loud ? 2 : 1.2, 16, loud ? 6 : 4, 19, 9), 'circle-color': sense === 'unknown' ? '#fffdf8' : colour,
        'circle-stroke-color': sense === 'unknown' ? roleStyles.unknown.line : '#fffdf8', 'circle-stroke-width': 1.4,
      },
    },
    {
      id: id('sign'), z: z.venue + 1.1 + up[sense] / 4, type: 'symbol', mute: true, minzoom: loud ? 15 : 16.8, filter: filter(isPoint, is),
      layout: {
        'text-field': { good: '✓', bad: '×', unknown: '?', neutral: '' }[sense], 'text-font': fonts, 'text-size': byZoom(15.5, 8, 19, 16),
        'text-allow-overlap': true, 'text-ignore-placement': true,
      },
      paint: { 'text-color': sense === 'unknown' ? roleStyles.unknown.line : '#ffffff' },
    },
  ]
}

function markOf({ sense, colour, dash, code }: State, layer: Layer): LegendItem {
  if (layer.shapes?.includes('polygon')) return { mark: sense === 'bad' || sense === 'unknown' ? 'hatch' : 'tint', colour, label: code.title }
  if (layer.shapes?.includes('line')) return { mark: dash ? 'dash' : 'line', colour, label: code.title }
  return { mark: 'dot', colour, label: code.title }
}

/** The look of a layer that has states; null for any other. */
export function metricLook(layer: Layer): Look | null {
  const states = statesOf(layer)
  if (!states.length) return null
  return { on: false, ground: layer.shapes?.includes('polygon'), parts: states.flatMap(partsOf), legend: states.map((s) => markOf(s, layer)) }
}
