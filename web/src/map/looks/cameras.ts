// Results of an analysis of cameras. Key points that nobody watches speak loudest; what
// the cameras see lies calmly below, the sharper the darker.
import type { FilterSpecification } from 'maplibre-gl'
import type { CameraClass } from '../../api/types'
import { accent, fails, sharpness, weak } from '../palette'
import { byZoom, fonts, isLine, isPoint, isPolygon, type LegendItem, type Look, type Part, z } from './look'
import { wedgeIcon, wedgeWidth } from '../wedges'

const filter = (f: unknown) => f as FilterSpecification
const is = (field: string, value: string) => ['==', ['get', field], value]

/** What the looks of a cameras run depend on. */
export interface CamerasContext {
  /** Asking for more and more. */
  classes: CameraClass[]
  /** The camera whose view is outlined. */
  focus: string | null
}

/** In the order in which they are read. */
export const cameraParts = ['keypoints', 'advice', 'facades', 'views', 'redundancy', 'cameras'] as const
export type CameraPart = (typeof cameraParts)[number]

/** Which part of a cameras run a layer is. */
export function cameraPart(layer: string, run: string): CameraPart | null {
  const rest = layer.startsWith(`${run}_`) ? layer.slice(run.length + 1) : ''
  return (cameraParts as readonly string[]).includes(rest) ? (rest as CameraPart) : null
}

export function cameraOrder(layer: string, run: string): number {
  const part = cameraPart(layer, run)
  return part ? cameraParts.indexOf(part) : 1e6
}

/** One colour for each class, in the order of the table. */
export const classColours = (classes: CameraClass[]) => sharpness(classes.length).reverse()

function match(input: unknown, pairs: [string, string][], otherwise: string): unknown {
  return pairs.length ? ['match', input, ...pairs.flat(), otherwise] : otherwise
}

const off = is('working', 'no')

function views({ classes, focus }: CamerasContext): Look {
  const colours = classColours(classes)
  const colour = match(['get', 'class'], classes.map((c, i) => [c.id, colours[i]]), '#cdbfc9')
  const now = ['!=', ['get', 'mode'], 'could']
  const line = (id: string, f: unknown, paint: Record<string, unknown>, opacity: number): Part => ({
    id, z: z.reach + 4, type: 'line', mute: true, filter: filter(['all', isPolygon, f]), layout: { 'line-join': 'round' }, paint, opacity,
  })
  return {
    on: true,
    ground: true,
    parts: [
      {
        id: 'fill', z: z.reach + 3, type: 'fill', filter: filter(['all', isPolygon, now, ['!', off]]),
        layout: { 'fill-sort-key': ['to-number', ['get', 'rank'], 0] }, paint: { 'fill-color': colour }, opacity: 0.88,
      },
      line('off', ['all', now, off], { 'line-color': '#857b6c', 'line-width': 1, 'line-dasharray': [2, 2] }, 0.8),
      line('could', ['!', now], { 'line-color': sharpness(3)[0], 'line-width': 0.8, 'line-dasharray': [4, 3] }, 0.5),
      { ...line('focus', is('camera', focus ?? ''), { 'line-color': '#26231e', 'line-width': byZoom(14, 1, 18, 2) }, 1), z: z.barrier + 4 },
    ],
    legend: [
      { mark: 'steps', colours, label: 'seenScale' },
      ...classes.map((c, i): LegendItem => ({
        mark: 'fill', colour: colours[i], stroke: '#b9b0a1', label: { zh: `${c.title.zh}（≥ ${c.px_per_m} 像素/米）`, en: `${c.title.en} (≥ ${c.px_per_m} px/m)` },
      })),
      { mark: 'dash', colour: '#857b6c', label: 'viewOff' },
      { mark: 'dash', colour: sharpness(3)[0], label: 'viewCould' },
    ],
  }
}

export const watched = '#3c6f64'
const doubtful = '#857b6c'

function keypoints(): Look {
  const colour = ['match', ['get', 'covered'], 'yes', watched, 'no', fails, doubtful]
  const open = ['case', ['==', ['get', 'covered'], 'no'], 1, 0]
  const derived = ['boolean', ['get', 'derived'], false]
  const sign = ['match', ['get', 'covered'], 'yes', '✓', 'no', '×', '?']
  return {
    on: true,
    first: true,
    parts: [
      {
        id: 'casing', z: z.line, type: 'line', filter: isLine, mute: true, layout: { 'line-cap': 'round' },
        paint: { 'line-color': '#fffdf8', 'line-width': byZoom(13, 3, 16, 6, 18, 10) }, opacity: 0.9,
      },
      {
        id: 'line', z: z.line + 1, type: 'line', filter: isLine, layout: { 'line-cap': 'butt', 'line-sort-key': open },
        paint: { 'line-color': colour, 'line-width': byZoom(13, 1.5, 16, 3.2, 18, 5) },
      },
      {
        id: 'point', z: z.venue + 3, type: 'circle', filter: isPoint, layout: { 'circle-sort-key': open },
        paint: {
          // Those taken from the data are many.
          'circle-radius': ['interpolate', ['exponential', 1.5], ['zoom'], 13, ['case', derived, 1, 3], 16, ['case', derived, 3.5, 6.5], 18, 9],
          'circle-color': colour, 'circle-stroke-color': '#fffdf8', 'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 13, ['case', derived, 0.4, 1], 16, ['case', derived, 1, 2]],
        },
      },
      {
        // Not by the colour alone.
        id: 'mark', z: z.venue + 4, type: 'symbol', filter: isPoint, mute: true, minzoom: 14.5,
        layout: {
          'text-field': ['step', ['zoom'], ['case', derived, '', sign], 17, sign], 'text-font': fonts, 'text-size': byZoom(14.5, 8, 16, 11, 18, 15),
          'text-allow-overlap': true, 'text-ignore-placement': true,
        },
        paint: { 'text-color': '#ffffff', 'text-halo-color': '#ffffff', 'text-halo-width': 0.4 },
      },
      {
        id: 'name', z: z.venue + 4, type: 'symbol', filter: filter(['all', isPoint, ['has', 'name']]), mute: true, minzoom: 14.5,
        layout: {
          // From far those are named that are not covered.
          'text-field': ['step', ['zoom'], ['case', ['any', derived, is('covered', 'yes')], '', ['get', 'name']], 16.5, ['case', derived, '', ['get', 'name']], 17.5, ['get', 'name']],
          'text-font': fonts, 'text-size': 12, 'text-offset': [0, 0.9], 'text-anchor': 'top', 'text-optional': true, 'text-max-width': 9,
          'symbol-sort-key': ['case', is('covered', 'yes'), 1, 0],
        },
        paint: {
          'text-color': ['match', ['get', 'covered'], 'no', '#8c1c15', '#26231e'], 'text-halo-color': 'rgba(252, 250, 246, 0.95)', 'text-halo-width': 1.6,
        },
      },
    ],
    legend: [
      { mark: 'dot', colour: fails, label: 'keypointNo' },
      { mark: 'dot', colour: watched, label: 'keypointYes' },
      { mark: 'dot', colour: doubtful, label: 'keypointUnknown' },
    ],
  }
}

/** How many cameras: from one to this many have a colour of their own. */
export const mostCounted = 5

/** From one camera to the most that are told apart. */
export const countColours = () => sharpness(mostCounted).reverse()

function redundancy(): Look {
  const colours = countColours()
  const count = ['to-number', ['get', 'cameras'], 1]
  const steps = colours.slice(1).flatMap((c, i) => [i + 2, c])
  return {
    on: false,
    ground: true,
    parts: [{ id: 'fill', z: z.reach + 3, type: 'fill', paint: { 'fill-color': ['step', count, colours[0], ...steps] }, opacity: 0.88 }],
    legend: [
      { mark: 'steps', colours, label: 'countScale' },
      ...colours.map((c, i): LegendItem => ({
        mark: 'fill', colour: c, stroke: '#b9b0a1',
        label: i + 1 < mostCounted ? { zh: `${i + 1} 台`, en: i ? `${i + 1} cameras` : '1 camera' } : { zh: `${mostCounted} 台及以上`, en: `${mostCounted} cameras or more` },
      })),
    ],
  }
}

function facades(): Look {
  const colour = ['match', ['get', 'seen'], 'yes', watched, 'no', fails, doubtful]
  const whole = is('kind', 'building')
  return {
    on: true,
    parts: [
      { id: 'open', z: z.building + 4, type: 'fill', only: '2d', filter: filter(['all', isPolygon, whole, is('seen', 'no')]), paint: { 'fill-pattern': 'hatch-fails' } },
      {
        id: 'line', z: z.building + 5, type: 'line', only: '2d', filter: filter(['all', isPolygon, whole]),
        paint: { 'line-color': colour, 'line-width': byZoom(14, 0.8, 18, 2.4) },
      },
      {
        // Stretches of wall, floor by floor.
        id: 'wall', z: z.solid + 1, type: 'fill-extrusion', only: '3d', filter: filter(['all', isPolygon, is('kind', 'band')]),
        paint: {
          // Walls are large: paler than lines.
          'fill-extrusion-color': ['match', ['get', 'seen'], 'yes', '#7fa79c', 'no', '#d4857c', '#b5ada0'], 'fill-extrusion-vertical-gradient': false,
          'fill-extrusion-base': ['to-number', ['get', 'base_m'], 0], 'fill-extrusion-height': ['to-number', ['get', 'top_m'], 0],
        },
        opacity: 0.85,
      },
    ],
    legend: [
      { mark: 'hatch', colour: fails, label: 'facadeOpen' }, { mark: 'line', colour: watched, label: 'facadeSeen' },
      { mark: 'line', colour: doubtful, label: 'keypointUnknown' },
    ],
  }
}

export type CameraState = 'on' | 'off' | 'unknown'
export const cameraIcon = (state: CameraState) => `camera-${state}`

/** A wedge as wide as the picture, as an expression. */
const wedge = (state: unknown, degrees: unknown) => ['concat', 'wedge-', wedgeWidth(degrees), '-', state]

function cameras(): Look {
  const state = ['case', off, 'off', ['any', is('view', 'insufficient'), ['!=', ['get', 'working'], 'yes']], 'unknown', 'on']
  return {
    on: true,
    parts: [{
      id: 'aim', z: z.venue + 1, type: 'symbol', once: true, mute: true, minzoom: 14, filter: filter(['has', 'azimuth_deg']),
      layout: {
        'icon-image': wedge(['case', off, 'off', 'on'], ['to-number', ['get', 'hfov_deg'], 60]),
        'icon-rotate': ['to-number', ['get', 'azimuth_deg'], 0], 'icon-rotation-alignment': 'map',
        'icon-allow-overlap': true, 'icon-ignore-placement': true, 'icon-size': byZoom(14, 0.25, 16, 0.5, 18, 1.1),
      },
    }, {
      id: 'camera', z: z.venue + 2, type: 'symbol', once: true,
      layout: {
        'icon-image': ['concat', 'camera-', state], 'icon-allow-overlap': true, 'icon-ignore-placement': true,
        'icon-size': byZoom(12, 0.2, 15, 0.42, 16.5, 0.65, 18, 1),
        'text-field': ['step', ['zoom'], '', 17, ['coalesce', ['get', 'name'], '']],
        'text-font': fonts, 'text-size': 11, 'text-offset': [0, 1.1], 'text-anchor': 'top', 'text-optional': true, 'text-max-width': 9,
      },
      paint: { 'text-color': '#26231e', 'text-halo-color': 'rgba(250, 248, 244, 0.95)', 'text-halo-width': 1.6 },
    }, {
      id: 'record', z: z.venue + 2.5, type: 'circle', once: true, mute: true, minzoom: 14, filter: filter(is('compliant', 'no')),
      paint: {
        'circle-radius': byZoom(14, 2, 16, 3.2, 18, 4.5), 'circle-color': '#f2b632', 'circle-stroke-color': weak, 'circle-stroke-width': 1.2,
        'circle-translate': ['interpolate', ['linear'], ['zoom'], 14, ['literal', [4, -4]], 18, ['literal', [10, -10]]],
      },
    }],
    legend: [
      { mark: 'icon', icon: cameraIcon('on'), label: 'cameraOn' },
      { mark: 'icon', icon: cameraIcon('off'), label: 'cameraOff' },
      { mark: 'icon', icon: cameraIcon('unknown'), label: 'cameraUnknown' },
      { mark: 'icon', icon: wedgeIcon(60, 'on'), label: 'cameraAim' },
      { mark: 'dot', colour: '#f2b632', stroke: weak, label: 'recordWrong' },
    ],
  }
}

function advice(): Look {
  return {
    on: true,
    parts: [
      {
        id: 'aim', z: z.venue + 3, type: 'symbol', mute: true, filter: filter(['has', 'azimuth_deg']),
        layout: {
          'icon-image': wedge('on', ['to-number', ['get', 'hfov_deg'], 80]), 'icon-rotate': ['to-number', ['get', 'azimuth_deg'], 0], 'icon-rotation-alignment': 'map',
          'icon-allow-overlap': true, 'icon-ignore-placement': true, 'icon-size': byZoom(12, 0.3, 16, 0.8, 18, 1.2),
        },
      },
      {
        id: 'place', z: z.venue + 4, type: 'circle',
        paint: { 'circle-radius': byZoom(13, 6, 16, 9), 'circle-color': '#ffffff', 'circle-stroke-color': accent, 'circle-stroke-width': 2 },
      },
      {
        id: 'order', z: z.venue + 5, type: 'symbol', mute: true,
        layout: {
          'text-field': ['to-string', ['get', 'order']], 'text-font': fonts, 'text-size': byZoom(13, 9, 16, 12), 'text-allow-overlap': true, 'text-ignore-placement': true,
        },
        paint: { 'text-color': accent },
      },
    ],
    legend: [{ mark: 'dot', colour: '#ffffff', stroke: accent, label: 'cameraProposed' }],
  }
}

export function cameraLook(part: CameraPart, context: CamerasContext): Look {
  switch (part) {
    case 'keypoints': return keypoints()
    case 'advice': return advice()
    case 'facades': return facades()
    case 'views': return views(context)
    case 'redundancy': return redundancy()
    case 'cameras': return cameras()
  }
}
