// Results of a walk analysis. The minutes slider must answer at once, so what it hides
// and shows is cut into bands of whole minutes, each a style layer whose constant
// opacity is switched: nothing is laid out again while the slider moves.
import type { FilterSpecification } from 'maplibre-gl'
import { beyond, colour, ramp, unreached } from '../palette'
import { byZoom, isLine, isPoint, isPolygon, type LegendItem, type Look, type Part, z } from './look'

/** At most this many bands; above it a band is several minutes. */
const maxBands = 30

const filter = (f: unknown) => f as FilterSpecification

/**
 * The upper ends of the bands for some cut-offs, in minutes: every whole step up to the
 * last cut-off, and every cut-off.
 */
export function bands(cutoffs: number[]): number[] {
  const max = Math.max(0, ...cutoffs)
  const step = Math.max(1, Math.ceil(max / maxBands))
  const out = new Set(cutoffs.filter((c) => c > 0))
  for (let m = step; m < max; m += step) out.add(m)
  return [...out].sort((a, b) => a - b)
}

const parts = ['edges', 'buildings', 'venues', 'snaps', 'islands'] as const
export type WalkPart = (typeof parts)[number] | 'area'

/** Which part of a walk run a layer is, and of an area its minutes. */
export function walkPart(layer: string, run: string): { part: WalkPart; minutes?: number } | null {
  if (!layer.startsWith(run + '_')) return null
  const rest = layer.slice(run.length + 1)
  const area = /^area_(\d+(?:[._]\d+)?)$/.exec(rest)
  if (area) return { part: 'area', minutes: Number(area[1].replace('_', '.')) }
  return (parts as readonly string[]).includes(rest) ? { part: rest as WalkPart } : null
}

/** The order in which the layers of a run are read; what is no part of it comes last. */
export function walkOrder(layer: string, run: string): number {
  const found = walkPart(layer, run)
  if (!found) return 1e6
  return found.part === 'area' ? 1 + found.minutes! / 1e4 : [0, 2, 3, 4, 5][parts.indexOf(found.part)]
}

const minutes = ['to-number', ['get', 'minutes']]
const farEnd = ['max', ['to-number', ['get', 'minutes_from'], minutes], ['to-number', ['get', 'minutes_to'], minutes]]
const middle = ['/', ['+', ['to-number', ['get', 'minutes_from'], minutes], ['to-number', ['get', 'minutes_to'], minutes]], 2]

/** Values above the band before and up to this one; the first band holds 0. */
function inBand(value: unknown, from: number, to: number): unknown {
  const upper = ['<=', value, to + 1e-6]
  return from > 0 ? ['all', ['>', value, from + 1e-6], upper] : upper
}

function edges(cutoffs: number[]): Look {
  const ends = bands(cutoffs)
  const max = ends[ends.length - 1] ?? 15
  return {
    on: true,
    parts: ends.map((to, i): Part => ({
      id: `band-${to}`,
      z: z.edge,
      type: 'line',
      band: to,
      filter: filter(inBand(farEnd, ends[i - 1] ?? 0, to)),
      layout: { 'line-cap': 'round', 'line-join': 'round', 'line-sort-key': ['-', 0, middle] },
      paint: { 'line-color': ramp(middle, max), 'line-width': byZoom(11, 0.7, 14, 1.5, 16, 2.8, 19, 7) },
    })),
    legend: [{ mark: 'ramp', label: 'walkTime' }],
  }
}

function area(at: number, cutoffs: number[]): Look {
  const max = Math.max(...cutoffs, at)
  const c = colour(at, max)
  return {
    on: true,
    ground: true,
    parts: [
      { id: 'fill', z: z.reach, type: 'fill', filter: isPolygon, band: at, paint: { 'fill-color': c }, opacity: 0.07 },
      {
        id: 'line', z: z.reach + 1, type: 'line', band: at, mute: true,
        layout: { 'line-join': 'round' },
        paint: { 'line-color': c, 'line-width': byZoom(11, 0.8, 16, 1.3), 'line-dasharray': [4, 2.5] }, opacity: 0.8,
      },
    ],
    legend: [{ mark: 'area', colour: c, label: { zh: `${at} 分钟内走得到的范围`, en: `Reached on foot within ${at} min` } }],
  }
}

function buildings(cutoffs: number[]): Look {
  const ends = bands(cutoffs)
  const max = ends[ends.length - 1] ?? 15
  const reached = ['==', ['typeof', ['get', 'minutes']], 'number']
  const shape = (id: string, f: unknown, paint: Record<string, unknown>, more: Partial<Part> = {}): Part[] => [
    { id, z: z.building + 2, type: 'fill', only: '2d', filter: filter(['all', isPolygon, f]), paint, ...more },
    {
      id: `${id}-point`, z: z.point, type: 'circle', filter: filter(['all', isPoint, f]), ...more,
      paint: {
        'circle-radius': byZoom(12, 1.5, 18, 6), 'circle-color': paint['fill-color'] ?? unreached,
        'circle-stroke-color': '#faf8f4', 'circle-stroke-width': 1,
      },
    },
  ]
  return {
    on: true,
    parts: [
      ...shape('beyond', reached, { 'fill-color': beyond }),
      ...shape('unreached', ['!', reached], { 'fill-pattern': 'hatch' }),
      ...ends.flatMap((to, i) => shape(
        `band-${to}`, ['all', reached, inBand(minutes, ends[i - 1] ?? 0, to)],
        { 'fill-color': ramp(minutes, max) }, { band: to },
      )),
      {
        id: 'outline', z: z.building + 3, type: 'line', only: '2d', mute: true, minzoom: 13.5, filter: isPolygon,
        paint: { 'line-color': ['case', reached, 'rgba(250, 248, 244, 0.7)', '#8d867b'], 'line-width': byZoom(13.5, 0.4, 18, 1.2) },
      },
    ],
    legend: buildingLegend(max),
  }
}

export function buildingLegend(max: number): LegendItem[] {
  return [
    { mark: 'ramp', label: 'walkTime' },
    { mark: 'fill', colour: beyond, stroke: '#b9b0a1', label: 'beyond' },
    { mark: 'hatch', label: { zh: `${max} 分钟内到不了`, en: `Not reached in ${max} min` } },
  ]
}

/** Venues by how many households they serve: the area of the disc, not its width. */
function venues(): Look {
  const served = ['max', 0, ['to-number', ['get', 'households'], 0]]
  const colour = '#b98512'
  return {
    on: false,
    parts: [{
      id: 'served', z: z.point, type: 'circle', once: true,
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['sqrt', served], 0, 4, 30, 16, 100, 44],
        'circle-color': '#f2b632', 'circle-stroke-color': colour, 'circle-stroke-width': 1,
      },
      opacity: 0.4,
    }],
    legend: [{ mark: 'dot', colour: '#f2b632', stroke: colour, label: { zh: '圆面积：服务的户数', en: 'Area of the disc: households served' } }],
  }
}

function snaps(): Look {
  const c = '#5b5145'
  return {
    on: false,
    parts: [
      { id: 'line', z: z.line, type: 'line', filter: isLine, minzoom: 14, paint: { 'line-color': c, 'line-width': 1.2, 'line-dasharray': [1.5, 1.5] } },
      { id: 'point', z: z.point, type: 'circle', filter: isPoint, minzoom: 14, paint: { 'circle-radius': 2.5, 'circle-color': c } },
    ],
    legend: [
      { mark: 'dash', colour: c, label: { zh: '从门到道路的连线', en: 'From door to street' } },
      { mark: 'dot', colour: c, label: { zh: '门就在道路上', en: 'Door on the street' } },
    ],
  }
}

function islands(): Look {
  const c = '#8a4b08'
  return {
    on: false,
    parts: [
      { id: 'line', z: z.line, type: 'line', filter: isLine, paint: { 'line-color': c, 'line-width': byZoom(12, 1.5, 18, 5), 'line-dasharray': [1, 0.8] } },
      { id: 'point', z: z.point, type: 'circle', filter: isPoint, paint: { 'circle-radius': 4, 'circle-color': c } },
    ],
    legend: [{ mark: 'dash', colour: c, label: { zh: '与主路网不相连的路段', en: 'Streets cut off from the main network' } }],
  }
}

export function walkLook(part: WalkPart, cutoffs: number[], at?: number): Look {
  switch (part) {
    case 'edges': return edges(cutoffs)
    case 'area': return area(at ?? 0, cutoffs)
    case 'buildings': return buildings(cutoffs)
    case 'venues': return venues()
    case 'snaps': return snaps()
    case 'islands': return islands()
  }
}
