// The shapes that the server speaks. Every name and unit is the server's own.
import type { Feature, Geometry, LineString } from 'geojson'

export interface Text {
  zh: string
  en: string
}

/** west, south, east, north in degrees */
export type Extent = [number, number, number, number]
export type LonLat = [number, number]
export type Shape = 'point' | 'line' | 'polygon'
export type Scalar = string | number | boolean | null

export interface Community {
  id: string
  name: string
  centre: LonLat
  extent: Extent
}

export interface Workspace {
  name: string
  crs: string
  revision: number
  synthetic: boolean
  extent: Extent | null
  communities: Community[]
  version: string
}

export interface Code {
  value: string
  title: Text
}

export interface Field {
  name: string
  type: 'text' | 'integer' | 'real' | 'boolean'
  unit?: string
  title: Text
  codes?: Code[] | null
  closed?: boolean
  min?: number | null
  max?: number | null
}

export type LayerKind = 'input' | 'result' | 'custom'

export interface Layer {
  name: string
  kind: LayerKind
  title: Text
  shapes: Shape[] | null
  fields: Field[] | null
  count: number
  extent: Extent | null
  changed: number
  stale: boolean
  run: string | null
}

export interface Layers {
  revision: number
  layers: Layer[]
}

export interface FullFeature extends Feature<Geometry | null, Record<string, Scalar>> {
  id: string
  extra?: Record<string, Scalar> | null
  source?: { name?: string; id?: string } | null
  quality?: string[] | null
  version?: number
}

export interface FeaturePage {
  type: 'FeatureCollection'
  features: FullFeature[]
  next: string | null
}

export interface Value {
  id: string
  title: Text
  value: number | null
  numerator?: number | null
  denominator?: number | null
  unit: string
  of?: string
  layer?: string
  missing?: Text[] | null
}

export interface Note {
  code: string
  text: Text
  /** The layer that ids are of. */
  layer?: string
  ids?: string[] | null
  count?: number
}

export interface Run {
  id: string
  analysis: string
  title: Text
  params: WalkParams
  values: Value[] | null
  notes: Note[] | null
  revision: number
  stale: boolean
  community: string
  outputs: string[] | null
}

export interface WalkParams {
  preset?: string
  categories?: string[]
  minutes?: number[]
  profile?: string
  community?: string
}

export interface Profile {
  id: string
  title: Text
  speed_mps: number
}

export interface Preset {
  id: string
  title: Text
  categories: string[]
  minutes: number[]
  profile: string
}

export interface Profiles {
  profiles: Profile[]
  presets: Preset[]
}

export interface Walk {
  category: string
  title: Text
  venue: { id: string; name: string | null } | null
  minutes: number | null
  distance_m: number | null
  straight_m: number | null
  path: LineString | null
  note: Text | null
}

export interface PipeBelow {
  id: string
  network: string
  distance_m: number
  depth_m: number | null
  diameter_mm: number | null
}

export interface Why {
  point: LonLat
  snap: { distance_m: number; way: string; point?: LonLat } | null
  walks: Walk[] | null
  pipes: PipeBelow[] | null
  buildings: string[] | null
  features: { layer: string; id: string; name: string | null }[] | null
  notes?: Text[] | null
}

export interface Fault {
  code: string
  message: Text
  fixes?: Text[] | null
}
