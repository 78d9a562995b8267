// Features that are marked for what they do to the value of an indicator, whatever input
// they are of: what fails it stands out, what is not known is grey and hatched, what
// counts for it is quiet. A sign tells them apart as well as the colour.
import type { FilterSpecification } from 'maplibre-gl'
import type { Role } from '../../api/judgement'
import type { Highlight } from '../../state/judgement'
import { byZoom, fonts, isLine, isPoint, isPolygon, type Part, z } from './look'

interface Style {
  colour: string
  line: string
  fill: string | { pattern: string }
  sign: string
  radius: number
  up: number
}

export const roleStyles: Record<Role, Style> = {
  failed: { colour: '#d4431c', line: '#8f1f0c', fill: 'rgba(212, 67, 28, 0.88)', sign: '×', radius: 7, up: 2 },
  unknown: { colour: '#8d867b', line: '#57514a', fill: { pattern: 'hatch' }, sign: '?', radius: 6, up: 1 },
  made: { colour: '#3c6f64', line: '#2b5249', fill: 'rgba(60, 111, 100, 0.22)', sign: '✓', radius: 4.5, up: 0 },
}

const among = (ids: readonly string[]) => ['match', ['get', 'id'], [...ids], true, false]
const filter = (shape: FilterSpecification, ids: readonly string[]) => ['all', shape, among(ids)] as unknown as FilterSpecification
const grown = (zoom: number, size: number) => byZoom(11, size * 0.3, 14, size * 0.55, zoom, size, 19, size * 1.5)

/** The parts that mark some features of a layer. */
export function highlightParts({ role, ids }: Highlight): Part[] {
  const s = roleStyles[role]
  const id = (name: string) => `marked-${role}-${name}`
  const lifted = z.boundary + s.up
  const loud = role === 'failed'
  return [
    {
      id: id('fill'), z: lifted, type: 'fill', only: '2d', filter: filter(isPolygon, ids),
      paint: typeof s.fill === 'string' ? { 'fill-color': s.fill } : { 'fill-pattern': s.fill.pattern },
    },
    // What stands up takes its colour from the mark; a plain area keeps its outline.
    {
      id: id('outline'), z: lifted + 0.5, type: 'line', mute: true, filter: filter(isPolygon, ids), layout: { 'line-join': 'round' },
      paint: {
        'line-color': s.line, 'line-width': loud ? byZoom(12, 1, 15, 1.6, 18, 3) : byZoom(12, 0.6, 18, 1.8),
        ...(role === 'unknown' ? { 'line-dasharray': [2, 1.6] } : {}),
      },
    },
    {
      id: id('casing'), z: z.line + s.up, type: 'line', mute: true, filter: filter(isLine, ids), layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': '#fffdf8', 'line-width': loud ? byZoom(12, 2, 15, 4.6, 18, 9) : byZoom(12, 1.2, 15, 2.4, 18, 6) }, opacity: loud ? 0.95 : 0.6,
    },
    {
      id: id('line'), z: z.line + s.up + 0.5, type: 'line', filter: filter(isLine, ids), layout: { 'line-cap': 'butt', 'line-join': 'round' },
      paint: {
        'line-color': s.colour, 'line-width': loud ? byZoom(12, 1.1, 15, 2.6, 18, 5.5) : byZoom(12, 0.7, 15, 1.1, 18, 3),
        ...(role === 'unknown' ? { 'line-dasharray': [1.6, 1.2] } : {}),
      },
    },
    {
      id: id('point'), z: z.venue + 5 + s.up, type: 'circle', filter: filter(isPoint, ids),
      paint: {
        'circle-radius': grown(16, s.radius), 'circle-color': role === 'unknown' ? '#fffdf8' : s.colour,
        'circle-stroke-color': role === 'unknown' ? s.line : '#fffdf8', 'circle-stroke-width': byZoom(12, 0.8, 16, 1.6),
      },
    },
    {
      // Not by the colour alone.
      id: id('sign'), z: z.venue + 5.4 + s.up, type: 'symbol', mute: true, minzoom: loud ? 14 : role === 'unknown' ? 15.5 : 16.8, filter: filter(isPoint, ids),
      layout: {
        'text-field': s.sign, 'text-font': fonts, 'text-size': byZoom(14, s.radius * 1.1, 16, s.radius * 1.7, 19, s.radius * 2.4),
        'text-allow-overlap': true, 'text-ignore-placement': true,
      },
      paint: { 'text-color': role === 'unknown' ? s.line : '#ffffff', 'text-halo-color': role === 'unknown' ? s.line : '#ffffff', 'text-halo-width': 0.3 },
    },
  ]
}

/** The colour of what stands up: that of its mark, else what it would have anyway. */
export function highlightColour(highlights: readonly Highlight[], layer: string, otherwise: unknown): unknown {
  const pairs = highlights.filter((h) => h.layer === layer).flatMap((h) => [[...h.ids], roleStyles[h.role].colour])
  return pairs.length ? ['match', ['get', 'id'], ...pairs, otherwise] : otherwise
}
