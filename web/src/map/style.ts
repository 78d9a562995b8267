// The whole map as one value: a pure function from what is to be shown to a MapLibre
// style. Every change of the view makes a new style; the map works out the difference.
import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl'
import { tilesURL } from '../api/client'
import type { Extent, Layer, LevelClass, Run } from '../api/types'
import { editLayers, handleLayers } from './edit/overlay'
import { join } from './geometry'
import type { LabelPoints } from '../state/labels'
import type { Highlight } from '../state/judgement'
import { ofJudgement } from '../state/judgement'
import { highlightColour, highlightParts } from './looks/highlight'
import { byZoom, fonts, isLine, isPoint, isPolygon, type Look, type Part, z } from './looks/look'
import { building, height, inputLooks } from './looks/inputs'
import { facilitiesLook } from './looks/facilities'
import { deltaLook, ofDelta } from './looks/delta'
import { genericLook } from './looks/generic'
import { cameraLook, cameraPart, type CamerasContext } from './looks/cameras'
import { cellIcon, type RadioContext, radioLook, radioPart } from './looks/radio'
import { walkLook, walkPart } from './looks/walk'
import { accent, ground, ink, levels, ramp } from './palette'

/** What looks depend on besides the layer. */
export interface Context {
  /** The run on show; its layers are drawn, those of other runs are not. */
  run: Run | null
  /** Other runs whose layers are drawn with it. */
  beside?: Run[]
  /** The result layers that are drawn at all; null for those of the run on show. */
  named?: ReadonlySet<string> | null
  /** The layers of what a scenario gains and loses that are on the map. */
  delta?: ReadonlyMap<string, 'gained' | 'lost'>
  radio: RadioContext
  cameras: CamerasContext
}

export interface Scene extends Context {
  layers: Layer[]
  /** Whose tiles are drawn; empty for the base. */
  scenario?: string
  /** Where to put the one mark of each feature, for layers small enough. */
  labels: LabelPoints
  visible: ReadonlySet<string>
  opacity: Readonly<Record<string, number>>
  minutes: number
  solid: boolean // buildings stand up
  /** Buildings that the run does not reach, or serve, at all. */
  unreached: readonly string[]
  overlays: Overlays
  /** Features marked for what they do to the value of an indicator. */
  highlights?: readonly Highlight[]
}

export const overlayNames = ['edits', 'hover', 'selected', 'signals', 'paths', 'advice', 'along', 'spot', 'handles'] as const
export type OverlayName = (typeof overlayNames)[number]
export type Overlays = Record<OverlayName, GeoJSON.FeatureCollection>

export const nothing: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }

/** Can be drawn at all: has shapes and features. */
export const drawable = (layer: Layer) => layer.count > 0 && (layer.shapes?.length ?? 0) > 0

/** How a layer looks, given the run on show. */
export function lookOf(layer: Layer, { run, beside, radio, cameras, delta }: Context): Look {
  const role = delta?.get(layer.name)
  if (role) return deltaLook(role)
  const own = layer.run ? [run, ...beside ?? []].find((r) => r?.id === layer.run) : null
  if (own) {
    const part = own.analysis === 'radio' ? radioPart(layer.name, own.id) : null
    if (part) return radioLook(part, radio)
    const seen = own.analysis === 'cameras' ? cameraPart(layer.name, own.id) : null
    if (seen) return cameraLook(seen, cameras)
    const walk = own.analysis === 'walk' ? walkPart(layer.name, own.id) : null
    if (walk) return walkLook(walk.part, own.params.minutes ?? [], walk.minutes)
  }
  if (layer.name === 'facilities') return facilitiesLook(run?.params.categories ?? [])
  return inputLooks[layer.name]?.() ?? genericLook(layer)
}

/** Whether a layer belongs to what is on show: inputs always do, results as the run or the indicator says. */
export function belongs(layer: Layer, { run, named, delta }: Pick<Context, 'run' | 'named' | 'delta'>): boolean {
  if (ofDelta(layer.name)) return delta?.has(layer.name) ?? false
  if (layer.kind !== 'result') return !layer.run || layer.run === run?.id
  if (named) return named.has(layer.name)
  return layer.run ? layer.run === run?.id : !ofJudgement(layer.name)
}

/** The layers a scene can show, in the order of the catalogue. */
export const shown = (scene: Pick<Scene, 'layers' | 'run' | 'named' | 'delta'>) => scene.layers.filter((l) => drawable(l) && belongs(l, scene))

const common = new Set(['areas', 'greens', 'communities', 'compounds', 'ways', 'buildings', 'facilities'])

/** Beyond this zoom tiles are enlarged: their grid is finer than 0.2 m here. */
const deepestTile = 16

/**
 * The source a layer is read from. What is nearly always on comes in one tile; a run's
 * layers in another; anything else by itself, so that it is read only when wanted. In a
 * scenario each input stands alone, since an edit changes the tiles of its layer only.
 */
function sourceOf(layer: Layer, alone = false): string {
  if (layer.run) return `run:${layer.run}`
  if (alone) return `layer:${layer.name}`
  return layer.kind === 'input' && common.has(layer.name) ? 'inputs' : `layer:${layer.name}`
}

function sources(layers: Layer[], scenario?: string): Record<string, SourceSpecification> {
  const members = new Map<string, Layer[]>()
  for (const l of layers) members.set(sourceOf(l, !!scenario), [...(members.get(sourceOf(l, !!scenario)) ?? []), l])
  const out: Record<string, SourceSpecification> = {}
  for (const [name, list] of members) {
    const version = [...new Set(list.map((l) => l.tile_version ?? l.changed))].join('.')
    out[name] = {
      type: 'vector',
      tiles: [tilesURL(list.map((l) => l.name), version, scenario)],
      bounds: list.reduce<Extent | null>((all, l) => join(all, l.extent), null) ?? undefined,
      maxzoom: deepestTile,
      promoteId: 'id',
    }
  }
  return out
}

const labelSource = 'labels:'

/** The layer that a drawn feature is of; undefined for overlays. */
export function layerOf(f: { source: string; sourceLayer?: string }): string | undefined {
  return f.source.startsWith(labelSource) ? f.source.slice(labelSource.length) : f.sourceLayer
}

export type OpacityName = `${'fill' | 'line' | 'circle' | 'circle-stroke' | 'icon' | 'text' | 'fill-extrusion'}-opacity`

const opacities: Record<Part['type'], OpacityName[]> = {
  fill: ['fill-opacity'],
  line: ['line-opacity'],
  circle: ['circle-opacity', 'circle-stroke-opacity'],
  symbol: ['icon-opacity', 'text-opacity'],
  'fill-extrusion': ['fill-extrusion-opacity'],
}

/** The opacity properties of a part, by name. */
export function opacityOf(part: Part, layer: string, scene: Pick<Scene, 'opacity' | 'minutes'>): Record<string, number> {
  const reached = part.band === undefined || part.band <= scene.minutes + 1e-6
  const value = reached ? (part.opacity ?? 1) * (scene.opacity[layer] ?? 1) : 0
  return Object.fromEntries(opacities[part.type].map((p) => [p, value]))
}

/** The id of a style layer: layer and part. Layer names hold no slash. */
export const partId = (layer: string, part: string) => `${layer}/${part}`

interface Stacked {
  z: number
  spec: LayerSpecification
}

function draw(layer: Layer, part: Part, scene: Scene): Stacked {
  const points = part.once && scene.labels[layer.name] ? `${labelSource}${layer.name}` : null
  const on = scene.visible.has(layer.name) && (!part.only || (part.only === '3d') === scene.solid)
  const spec = {
    id: partId(layer.name, part.id),
    type: part.type,
    ...(points ? { source: points } : { source: sourceOf(layer, !!scene.scenario), 'source-layer': layer.name }),
    ...(part.filter ? { filter: part.filter } : {}),
    ...(part.minzoom ? { minzoom: part.minzoom } : {}),
    ...(part.maxzoom ? { maxzoom: part.maxzoom } : {}),
    layout: { ...part.layout, visibility: on ? 'visible' : 'none' },
    paint: { ...part.paint, ...opacityOf(part, layer.name, scene), ...always[part.type] },
  }
  return { z: part.z, spec: spec as unknown as LayerSpecification }
}

// Outlines are lines of their own: a fill that draws its edges takes a second pass and
// shaders of its own. And the slider answers in the same frame.
const now = { duration: 0, delay: 0 }
const always: Record<Part['type'], Record<string, unknown>> = {
  fill: { 'fill-opacity-transition': now, 'fill-antialias': false },
  line: { 'line-opacity-transition': now },
  circle: { 'circle-opacity-transition': now },
  symbol: {},
  'fill-extrusion': { 'fill-extrusion-color-transition': now },
}

/** A part of a highlight: drawn from its layer's tiles, whether the layer itself is on or not. */
function mark(layer: Layer, part: Part, scene: Scene): Stacked {
  const { spec } = draw(layer, { ...part, once: false }, scene)
  const hidden = part.only && (part.only === '3d') !== scene.solid
  return { z: part.z, spec: { ...spec, layout: { ...part.layout, visibility: hidden ? 'none' : 'visible' } } as unknown as LayerSpecification }
}

export const solidId = partId('buildings', 'solid')

/** The layer that buildings which stand up take their colours from, when it is on. */
export function coloursLayer(scene: Pick<Scene, 'run' | 'visible'>): string | null {
  if (!scene.run) return null
  const parts = scene.run.analysis === 'radio' ? ['classes', 'buildings'] : scene.run.analysis === 'walk' ? ['buildings'] : []
  return parts.map((part) => `${scene.run!.id}_${part}`).find((name) => scene.visible.has(name)) ?? null
}

/** More ids than this make a filter slow: what is not reached is then grey, not hatched. */
const mostHatched = 5000

/** Buildings standing up, coloured by what the run found for them. */
function solids(layer: Layer, scene: Scene): Stacked[] {
  const found = coloursLayer(scene)
  const on = scene.solid && (scene.visible.has('buildings') || found !== null)
  const plain = ['case', ['has', 'height_m'], building.wall, building.estimated]
  const hatched = found && scene.unreached.length && scene.unreached.length <= mostHatched
    ? ['match', ['get', 'id'], [...scene.unreached], true, false]
    : ['literal', false]
  const solid = (id: string, filter: unknown, paint: Record<string, unknown>): Stacked => ({
    z: z.solid,
    spec: {
      id,
      type: 'fill-extrusion',
      source: sourceOf(layer, !!scene.scenario),
      'source-layer': layer.name,
      minzoom: 13,
      filter: ['all', ['>', height, 0], filter],
      layout: { visibility: on ? 'visible' : 'none' },
      paint: {
        'fill-extrusion-height': height,
        'fill-extrusion-base': ['coalesce', ['get', 'base_m'], 0],
        'fill-extrusion-opacity': 0.94 * (scene.opacity[found ?? 'buildings'] ?? 1),
        ...paint,
        ...always['fill-extrusion'],
      },
    } as unknown as LayerSpecification,
  })
  const colour = highlightColour(scene.highlights ?? [], layer.name, found ? coloured(scene, plain) : plain)
  return [
    solid(solidId, ['!', hatched], { 'fill-extrusion-color': colour }),
    solid(partId(layer.name, 'hatched'), hatched, { 'fill-extrusion-pattern': scene.run?.analysis === 'radio' ? 'hatch-fails-solid' : 'hatch' }),
  ]
}

/** The colour of a building that stands up, from the state that the controller gives it. */
function coloured(scene: Scene, plain: unknown): unknown {
  if (scene.run?.analysis === 'radio') return byLevel(scene.radio.classes, plain)
  const max = Math.max(...(scene.run?.params.minutes ?? [15]))
  const state = (name: string) => ['feature-state', name]
  return ['case',
    ['boolean', state('reached'), false], ramp(['number', state('minutes'), 0], max),
    ['boolean', state('beyond'), false], '#e2dcd1',
    ['boolean', state('unreached'), false], '#bdb6aa',
    plain,
  ]
}

/** The class of the level inside; buildings of which nothing is known stay plain. */
function byLevel(classes: LevelClass[], plain: unknown): unknown {
  const colours = levels(classes.length)
  const level = ['number', ['feature-state', 'level'], 0]
  const cases = classes.flatMap((c, i) => (c.from_dbm == null ? [] : [['>=', level, c.from_dbm], colours[i]]))
  return ['case', ['!', ['boolean', ['feature-state', 'served'], false]], plain, ...cases, colours[colours.length - 1] ?? plain]
}

/** What points at things: paths, the selection, what the pointer is on. */
function overlays(): LayerSpecification[] {
  const line = (id: string, source: OverlayName, filter: unknown, paint: Record<string, unknown>) => ({
    id: `overlay/${id}`, type: 'line', source, filter, layout: { 'line-cap': 'round', 'line-join': 'round' }, paint,
  })
  const shape = ['any', isLine, isPolygon]
  const dot = (id: string, source: OverlayName, paint: Record<string, unknown>) => ({
    id: `overlay/${id}`, type: 'circle', source, filter: isPoint, paint,
  })
  const main = ['boolean', ['get', 'main'], false]
  const kind = (name: string) => ['==', ['get', 'kind'], name]
  return [
    line('signal-faint', 'signals', kind('faint'), { 'line-color': ink, 'line-width': 0.8, 'line-opacity': 0.35 }),
    {
      id: 'overlay/blocker', type: 'fill', source: 'signals', filter: isPolygon,
      paint: { 'fill-color': ink, 'fill-opacity': 0.45, 'fill-antialias': false },
    },
    line('blocker-line', 'signals', kind('blocker'), { 'line-color': ink, 'line-width': 1.4 }),
    line('signal-casing', 'signals', ['in', ['get', 'kind'], ['literal', ['free', 'blocked']]], { 'line-color': '#ffffff', 'line-width': 5, 'line-opacity': 0.9 }),
    line('signal-free', 'signals', kind('free'), { 'line-color': ink, 'line-width': 2.4 }),
    line('signal-blocked', 'signals', kind('blocked'), { 'line-color': ink, 'line-width': 2.2, 'line-dasharray': [1.6, 1.8] }),
    dot('signal-cell', 'signals', { 'circle-radius': 9, 'circle-color': 'rgba(0,0,0,0)', 'circle-stroke-color': ink, 'circle-stroke-width': 2 }),
    {
      id: 'overlay/advice-aim', type: 'symbol', source: 'advice', filter: ['all', main, ['has', 'azimuth_deg']],
      layout: {
        'icon-image': cellIcon('other', 65, 'full'), 'icon-rotate': ['get', 'azimuth_deg'], 'icon-rotation-alignment': 'map',
        'icon-allow-overlap': true, 'icon-ignore-placement': true, 'icon-size': byZoom(12, 0.6, 16, 1.6, 18, 2.2),
      },
    },
    dot('advice', 'advice', {
      'circle-radius': ['case', main, 12, 9], 'circle-color': ['case', main, accent, '#ffffff'], 'circle-stroke-color': accent, 'circle-stroke-width': 2,
    }),
    {
      id: 'overlay/advice-rank', type: 'symbol', source: 'advice',
      layout: { 'text-field': ['get', 'rank'], 'text-font': fonts, 'text-size': 12, 'text-allow-overlap': true, 'text-ignore-placement': true },
      paint: { 'text-color': ['case', main, '#ffffff', accent] },
    },
    line('path-casing', 'paths', ['==', ['get', 'kind'], 'path'], {
      'line-color': '#ffffff', 'line-width': ['case', main, 7, 4], 'line-opacity': ['case', main, 0.95, 0.6],
    }),
    line('path', 'paths', ['==', ['get', 'kind'], 'path'], {
      'line-color': ['case', main, ink, '#857b6c'], 'line-width': ['case', main, 3.5, 1.6],
    }),
    line('straight', 'paths', ['==', ['get', 'kind'], 'straight'], {
      'line-color': ink, 'line-width': 1.2, 'line-dasharray': [2, 2.5],
    }),
    line('snap', 'paths', ['==', ['get', 'kind'], 'snap'], {
      'line-color': accent, 'line-width': 2, 'line-dasharray': [1, 1.2],
    }),
    dot('path-end', 'paths', { 'circle-radius': 5, 'circle-color': '#f2b632', 'circle-stroke-color': ink, 'circle-stroke-width': 1.6 }),
    line('hover-casing', 'hover', shape, { 'line-color': '#ffffff', 'line-width': 5, 'line-opacity': 0.85 }),
    line('hover', 'hover', shape, { 'line-color': ink, 'line-width': 2 }),
    dot('hover-point', 'hover', {
      'circle-radius': 13, 'circle-color': 'rgba(0,0,0,0)', 'circle-stroke-color': ink, 'circle-stroke-width': 2,
    }),
    line('selected-casing', 'selected', shape, { 'line-color': '#ffffff', 'line-width': 6.5 }),
    line('selected', 'selected', shape, { 'line-color': ink, 'line-width': 3 }),
    dot('selected-point', 'selected', {
      'circle-radius': 14, 'circle-color': 'rgba(0,0,0,0)', 'circle-stroke-color': ink, 'circle-stroke-width': 3,
    }),
    dot('along', 'along', { 'circle-radius': 6, 'circle-color': '#ffffff', 'circle-stroke-color': accent, 'circle-stroke-width': 3 }),
    dot('spot-halo', 'spot', { 'circle-radius': byZoom(10, 9, 18, 11), 'circle-color': '#ffffff', 'circle-stroke-color': ink, 'circle-stroke-width': 2 }),
    dot('spot', 'spot', { 'circle-radius': 4, 'circle-color': ink }),
  ] as unknown as LayerSpecification[]
}

/** The style of a scene. */
export function buildStyle(scene: Scene): StyleSpecification {
  const layers = shown(scene)
  const stack: Stacked[] = []
  for (const layer of layers) {
    for (const part of lookOf(layer, scene).parts) stack.push(draw(layer, part, scene))
    if (layer.name === 'buildings') stack.push(...solids(layer, scene))
  }
  for (const h of scene.highlights ?? []) {
    const layer = layers.find((l) => l.name === h.layer)
    if (layer) stack.push(...highlightParts(h).map((part) => mark(layer, part, scene)))
  }
  stack.sort((a, b) => a.z - b.z) // stable: the catalogue's order within one height
  return {
    version: 8,
    light: { anchor: 'viewport', color: '#ffffff', intensity: 0.28, position: [1.3, 200, 35] },
    sources: {
      ...sources(layers, scene.scenario),
      ...Object.fromEntries(layers.filter((l) => scene.labels[l.name]).map((l) => [`${labelSource}${l.name}`, { type: 'geojson', data: scene.labels[l.name] }])),
      ...Object.fromEntries(overlayNames.map((name) => [name, { type: 'geojson', data: scene.overlays[name] }])),
    } as StyleSpecification['sources'],
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': ground } },
      ...stack.map((s) => s.spec),
      ...editLayers(),
      ...overlays(),
      ...handleLayers(),
    ],
  }
}
