// Results of a 5G coverage analysis. What is not covered speaks loudest; the levels lie
// calmly below it. Classes, shares and lists take their colours from here.
import type { FilterSpecification } from 'maplibre-gl'
import type { LevelClass } from '../../api/types'
import type { Lang } from '../../i18n/strings'
import { accent, fails, levels, operatorColours, otherOperator, weak } from '../palette'
import { allGroup, groupName } from '../../state/groups'
import { byZoom, fonts, isPolygon, type LegendItem, type Look, type Part, z } from './look'

const filter = (f: unknown) => f as FilterSpecification
const t = (zh: string, en: string) => ({ zh, en })

/** What the looks of a radio run depend on. */
export interface RadioContext {
  /** From strong to weak. */
  classes: LevelClass[]
  /** Whose covered area is drawn: "all", an operator, a band of one. */
  group: string
  /** In the order of their colours. */
  operators: string[]
  /** Colours of best-server areas by cell. */
  servers: ReadonlyMap<string, string>
  lang: Lang
}

/** In the order in which they are read. */
export const radioParts = ['spots', 'gaps', 'buildings', 'classes', 'covered', 'servers', 'cells'] as const
export type RadioPart = (typeof radioParts)[number]

/** Which part of a radio run a layer is. */
export function radioPart(layer: string, run: string): RadioPart | null {
  const rest = layer.startsWith(`${run}_`) ? layer.slice(run.length + 1) : ''
  return (radioParts as readonly string[]).includes(rest) ? (rest as RadioPart) : null
}

export function radioOrder(layer: string, run: string): number {
  const part = radioPart(layer, run)
  return part ? radioParts.indexOf(part) : 1e6
}

/** The colour of a class, by its place in the list. */
export function classColour(classes: LevelClass[], id: string): string {
  const at = classes.findIndex((c) => c.id === id)
  return levels(classes.length)[at] ?? otherOperator
}

export function operatorColour(operators: string[], operator: string): string {
  const at = operators.indexOf(operator)
  return operator === '' || at < 0 ? otherOperator : (operatorColours[at] ?? otherOperator)
}

/** A match that also stands when there is nothing to match. */
function match(input: unknown, pairs: [string, string][], otherwise: string): unknown {
  return pairs.length ? ['match', input, ...pairs.flat(), otherwise] : otherwise
}

function classes({ classes: list }: RadioContext): Look {
  const paint = { 'fill-color': match(['get', 'class'], list.map((c) => [c.id, classColour(list, c.id)]), otherOperator) }
  const indoor = ['==', ['get', 'place'], 'indoor']
  return {
    on: true,
    ground: true,
    parts: [
      { id: 'outdoor', z: z.reach, type: 'fill', filter: filter(['all', isPolygon, ['!', indoor]]), paint, opacity: 0.9 },
      // On the buildings, below their outlines.
      { id: 'indoor', z: z.building + 0.5, type: 'fill', only: '2d', filter: filter(['all', isPolygon, indoor]), paint, opacity: 0.9 },
    ],
    legend: classLegend(list),
  }
}

export function classLegend(list: LevelClass[]): LegendItem[] {
  const colours = levels(list.length)
  return [
    { mark: 'steps', colours, label: 'levelScale' },
    ...list.map((c, i): LegendItem => ({ mark: 'fill', colour: colours[i], stroke: '#b9b0a1', label: c.title })),
  ]
}

function covered({ group, operators }: RadioContext): Look {
  const colour = group === allGroup ? accent : operatorColour(operators, groupName(group).operator)
  const own = filter(['==', ['get', 'group'], group])
  return {
    on: false,
    ground: true,
    parts: [
      { id: 'fill', z: z.reach + 2, type: 'fill', filter: own, paint: { 'fill-color': colour }, opacity: 0.16 },
      { id: 'indoor', z: z.building + 0.6, type: 'fill', filter: own, mute: true, only: '2d', paint: { 'fill-color': colour }, opacity: 0.14 },
      {
        id: 'line', z: z.barrier + 2, type: 'line', filter: own, mute: true,
        layout: { 'line-join': 'round' }, paint: { 'line-color': colour, 'line-width': byZoom(12, 0.6, 16, 1.3) }, opacity: 0.75,
      },
    ],
    legend: [{ mark: 'tint', colour, label: 'coveredArea' }],
  }
}

/** Who lives in a spot, and how large it is; from far only the one that says more. */
function spotLabel(lang: Lang): unknown {
  const area = ['to-number', ['get', 'area_m2']]
  const households = ['round', ['to-number', ['get', 'households'], 0]]
  const digits = (n: number) => ({ 'max-fraction-digits': n, 'min-fraction-digits': n })
  const size = ['case',
    ['>=', area, 10_000], ['concat', ['number-format', ['/', area, 10_000], digits(1)], ' ha'],
    ['concat', ['number-format', area, digits(0)], ' m²'],
  ]
  const homes = ['concat', ['to-string', households], lang === 'zh' ? ' 户' : ' households']
  const lived = ['>', households, 0]
  return ['step', ['zoom'], ['case', lived, homes, size], 17, ['case', lived, ['concat', homes, '\n', size], size]]
}

function spots({ lang }: RadioContext): Look {
  const uncovered = ['!=', ['get', 'kind'], 'weak']
  const shape = (id: string, f: unknown, pattern: string, colour: string, up: number): Part[] => [
    { id, z: z.building + 4 + up, type: 'fill', filter: filter(['all', isPolygon, f]), paint: { 'fill-pattern': pattern } },
    {
      id: `${id}-line`, z: z.barrier + 3 + up, type: 'line', mute: true, filter: filter(f),
      layout: { 'line-join': 'round' }, paint: { 'line-color': colour, 'line-width': byZoom(12, 0.6, 15, 1.2, 18, 2) },
    },
  ]
  return {
    on: true,
    parts: [
      ...shape('weak', ['!', uncovered], 'hatch-weak', weak, 0),
      ...shape('uncovered', uncovered, 'hatch-fails', fails, 0.5),
      {
        id: 'label', z: z.label + 1, type: 'symbol', once: true, minzoom: 13.5,
        // Small ones are named from near by only.
        filter: filter(['>=', ['to-number', ['get', 'area_m2']], ['step', ['zoom'], 3000, 15, 1200, 16, 300, 17, 0]]),
        layout: {
          'text-field': spotLabel(lang), 'text-font': fonts, 'text-size': byZoom(13.5, 10.5, 17, 12.5), 'text-line-height': 1.15, 'text-padding': 3,
          'symbol-sort-key': ['-', 0, ['+', ['*', 1e6, ['to-number', ['get', 'households'], 0]], ['to-number', ['get', 'area_m2']]]],
        },
        paint: {
          'text-color': ['case', uncovered, '#8c1c15', '#6d4404'], 'text-halo-color': 'rgba(252, 250, 246, 0.95)', 'text-halo-width': 1.6,
        },
      },
    ],
    legend: [
      { mark: 'hatch', colour: fails, label: 'spotUncovered' },
      { mark: 'hatch', colour: weak, label: 'spotWeak' },
    ],
  }
}

/** Where one operator covers and another does not: fine for some, so neither red nor amber. */
function gaps(): Look {
  const colour = '#4a3f35'
  return {
    on: true,
    parts: [
      { id: 'fill', z: z.building + 3.5, type: 'fill', filter: isPolygon, paint: { 'fill-pattern': 'hatch-gap' } },
      {
        id: 'line', z: z.barrier + 2.5, type: 'line', mute: true, layout: { 'line-join': 'round' },
        paint: { 'line-color': colour, 'line-width': byZoom(12, 0.5, 15, 0.9, 18, 1.4), 'line-dasharray': [3, 2] },
      },
      {
        id: 'label', z: z.label + 1, type: 'symbol', once: true, minzoom: 15,
        filter: filter(['>=', ['to-number', ['get', 'area_m2']], ['step', ['zoom'], 1000, 16, 250, 17, 0]]),
        layout: {
          'text-field': ['coalesce', ['get', 'operators'], ''], 'text-font': fonts, 'text-size': 11, 'text-max-width': 6, 'text-padding': 3,
          'symbol-sort-key': ['-', 0, ['to-number', ['get', 'area_m2']]],
        },
        paint: { 'text-color': colour, 'text-halo-color': 'rgba(252, 250, 246, 0.95)', 'text-halo-width': 1.6 },
      },
    ],
    legend: [{ mark: 'hatch', colour, label: t('标出的运营商未覆盖，其他运营商已覆盖', 'The operators named do not cover it; others do') }],
  }
}

function servers({ servers: colours }: RadioContext): Look {
  return {
    on: false,
    ground: true,
    parts: [
      { id: 'fill', z: z.reach + 1, type: 'fill', paint: { 'fill-color': match(['get', 'cell'], [...colours], '#cfc8bb') }, opacity: 0.8 },
      {
        id: 'on-buildings', z: z.building + 0.55, type: 'fill', only: '2d', mute: true,
        paint: { 'fill-color': match(['get', 'cell'], [...colours], '#cfc8bb') }, opacity: 0.45,
      },
      { id: 'line', z: z.barrier + 1, type: 'line', mute: true, layout: { 'line-join': 'round' }, paint: { 'line-color': '#5b5145', 'line-width': byZoom(12, 0.4, 16, 0.9) }, opacity: 0.7 },
    ],
    legend: [{ mark: 'steps', colours: [...new Set(colours.values())].slice(0, 8), label: 'serverAreas' }],
  }
}

/** Beam widths that have a symbol of their own, in degrees. */
const beams = [30, 65, 90, 120] as const
export const omni = 360

function beam(): unknown {
  const width = ['to-number', ['get', 'hbw_deg'], 65]
  return ['step', width, String(beams[0]), 45, String(beams[1]), 78, String(beams[2]), 105, String(beams[3]), 200, String(omni)]
}

/** The name of the symbol of a cell; icons.ts draws it when the map asks for it. */
export const cellIcon = (colour: number | 'other', width: number, state: 'full' | 'hollow') => `cell-${colour}-${width}-${state}`

function cells({ operators }: RadioContext): Look {
  const incomplete = ['==', ['get', 'state'], 'incomplete']
  const colour = match(['to-string', ['get', 'operator']], operators.slice(0, operatorColours.length).filter(Boolean).map((o) => [o, String(operators.indexOf(o))]), 'other')
  return {
    on: true,
    parts: [{
      id: 'sector', z: z.venue + 2, type: 'symbol', once: true,
      layout: {
        'icon-image': ['concat', 'cell-', colour, '-', ['case', ['all', incomplete, ['!', ['has', 'azimuth_deg']]], String(omni), beam()], '-', ['case', incomplete, 'hollow', 'full']],
        'icon-rotate': ['to-number', ['get', 'azimuth_deg'], 0],
        'icon-rotation-alignment': 'map',
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        'icon-size': byZoom(12, 0.25, 14, 0.45, 16, 0.8, 18, 1.3),
        'text-field': ['step', ['zoom'], '', 15.5, ['coalesce', ['get', 'site'], '']],
        'text-font': fonts, 'text-size': 11, 'text-offset': [0, 1.4], 'text-anchor': 'top', 'text-optional': true, 'text-max-width': 9,
      },
      paint: { 'text-color': '#26231e', 'text-halo-color': 'rgba(250, 248, 244, 0.95)', 'text-halo-width': 1.6 },
    }],
    legend: [
      ...(operators.length ? operators : ['']).map((o, i): LegendItem => ({
        mark: 'icon', icon: cellIcon(o === '' || i >= operatorColours.length ? 'other' : i, 65, 'full'), label: o === '' ? 'unknownOperator' : t(o, o),
      })),
      { mark: 'icon', icon: cellIcon('other', 65, 'hollow'), label: 'cellIncomplete' },
    ],
  }
}

/** Only what is not served is drawn: elsewhere the levels inside speak. */
function buildings(): Look {
  const unserved = filter(['all', isPolygon, ['!', ['boolean', ['get', 'served'], false]]])
  return {
    on: true,
    parts: [
      { id: 'unserved', z: z.building + 4, type: 'fill', only: '2d', filter: unserved, paint: { 'fill-pattern': 'hatch-fails' } },
      {
        id: 'outline', z: z.building + 5, type: 'line', only: '2d', mute: true, minzoom: 13.5, filter: unserved,
        paint: { 'line-color': fails, 'line-width': byZoom(13.5, 0.5, 18, 1.6) },
      },
    ],
    legend: [{ mark: 'hatch', colour: fails, label: 'buildingUnserved' }],
  }
}

export function radioLook(part: RadioPart, context: RadioContext): Look {
  switch (part) {
    case 'classes': return classes(context)
    case 'covered': return covered(context)
    case 'spots': return spots(context)
    case 'gaps': return gaps()
    case 'servers': return servers(context)
    case 'cells': return cells(context)
    case 'buildings': return buildings()
  }
}
