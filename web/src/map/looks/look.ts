// What a look is: how one layer is drawn, and the legend that says so. Both live side
// by side so that they cannot drift apart.
import type { FilterSpecification } from 'maplibre-gl'
import type { Text } from '../../api/types'
import type { Key } from '../../i18n'

export type PartType = 'fill' | 'line' | 'circle' | 'symbol' | 'fill-extrusion'

/** One style layer of a look. Paint holds no opacity: that is opacity × the user's own. */
export interface Part {
  id: string
  /** Where in the stack: see z. */
  z: number
  type: PartType
  filter?: FilterSpecification
  minzoom?: number
  maxzoom?: number
  layout?: Record<string, unknown>
  paint?: Record<string, unknown>
  opacity?: number
  /** Minutes: the part shows only while the chosen time reaches this far. */
  band?: number
  /** Drawn in one view only. */
  only?: '2d' | '3d'
  /** Answers no clicks: what it shows, another part answers for. */
  mute?: boolean
  /** One mark for each feature, however many tiles it spans: see state/labels. */
  once?: boolean
}

export interface LegendItem {
  mark: 'fill' | 'area' | 'tint' | 'line' | 'dash' | 'dot' | 'icon' | 'hatch' | 'ramp' | 'steps'
  colour?: string
  /** Of steps, from the first to the last. */
  colours?: string[]
  stroke?: string
  icon?: string
  label: Text | Key
}

export interface Look {
  parts: Part[]
  legend: LegendItem[]
  /** Lies under other things: a click on it asks about the place, not about the layer. */
  ground?: boolean
  /** A click means it before what it is drawn on. */
  first?: boolean
  /** Shown when the address says nothing. */
  on: boolean
}

/** The stack, from the ground up. */
export const z = {
  land: 10,
  green: 20,
  square: 25,
  reach: 30,
  way: 50,
  edge: 60,
  building: 70,
  barrier: 80,
  custom: 90,
  boundary: 100,
  line: 110,
  solid: 120,
  point: 130,
  label: 140,
  venue: 150,
} as const

export const isPolygon: FilterSpecification = ['==', ['geometry-type'], 'Polygon'] as unknown as FilterSpecification
export const isLine: FilterSpecification = ['==', ['geometry-type'], 'LineString'] as unknown as FilterSpecification
export const isPoint: FilterSpecification = ['==', ['geometry-type'], 'Point'] as unknown as FilterSpecification

/** The user's own fonts; Chinese and Latin glyphs are drawn from them in the browser. */
export const fonts = ['PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', 'Noto Sans CJK SC', 'sans-serif']

export const byZoom = (...pairs: number[]): unknown[] => ['interpolate', ['exponential', 1.5], ['zoom'], ...pairs]

interface LabelStyle {
  field?: unknown
  size?: unknown
  colour?: string
  halo?: string
  minzoom?: number
  filter?: FilterSpecification
  placement?: 'point' | 'line'
  offset?: [number, number]
  anchor?: string
  spacing?: number
}

/** A label from an attribute, by default the name. */
export function label(id: string, style: LabelStyle = {}): Part {
  const field = style.field ?? ['get', 'name']
  return {
    id,
    z: z.label,
    type: 'symbol',
    minzoom: style.minzoom ?? 15,
    filter: style.filter ?? (['has', 'name'] as unknown as FilterSpecification),
    mute: true,
    once: style.placement !== 'line',
    layout: {
      'text-field': field,
      'text-font': fonts,
      'text-size': style.size ?? 11,
      'text-max-width': 8,
      'text-padding': 4,
      'symbol-placement': style.placement ?? 'point',
      ...(style.placement === 'line' ? { 'symbol-spacing': style.spacing ?? 320, 'text-max-angle': 30 } : {}),
      ...(style.offset ? { 'text-offset': style.offset, 'text-anchor': style.anchor ?? 'top' } : {}),
    },
    paint: {
      'text-color': style.colour ?? '#4d473e',
      'text-halo-color': style.halo ?? 'rgba(246, 243, 237, 0.92)',
      'text-halo-width': 1.3,
    },
  }
}
