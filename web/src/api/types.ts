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
  /** Another whenever tiles of the layer may be others. */
  tile_version?: string
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
  params: RunParams
  values: Value[] | null
  notes: Note[] | null
  revision: number
  stale: boolean
  community: string
  outputs: string[] | null
}

/** What a run was asked; which of the fields are there depends on the analysis. */
export type RunParams = WalkParams & RadioParams & CameraParams

export interface WalkParams {
  preset?: string
  categories?: string[]
  minutes?: number[]
  profile?: string
  community?: string
}

export type BlockedLoss = 'statistical' | 'knife_edge'
export type EntryLoss = 'low' | 'high'

export interface RadioParams {
  id?: string
  thresholds?: string
  /** The defaults that stand in for missing attributes. */
  assume?: string
  calibration?: string | { id?: string; title?: Text } | null
  res_m?: number
  blocked?: BlockedLoss
  entry?: EntryLoss
  community?: string
}

export interface LevelClass {
  id: string
  title: Text
  /** The least level of the class; absent for the weakest. */
  from_dbm?: number | null
}

export interface Thresholds {
  id: string
  title: Text
  source: Text
  sourced: boolean
  rsrp_dbm: number
  sinr_db?: number | null
  probability?: number | null
  /** From strong to weak. */
  classes: LevelClass[]
}

export interface Sourced {
  id: string
  title: Text
  source: Text
}

export interface RadioChoices {
  thresholds: Thresholds[] | null
  defaults: Sourced[] | null
  calibrations: Sourced[] | null
}

export interface Blocker {
  /** Empty for the ground. */
  building: string
  name: string
  from_m: number
  to_m: number
  above_m: number
}

/** One cell at one place, with every term of its budget. */
export interface Link {
  cell: string
  site: string
  operator: string
  band: string
  at: LonLat
  distance_m: number
  off_azimuth_deg: number
  below_horizon_deg: number
  path: 'los' | 'nlos'
  blockers: Blocker[] | null
  scenario: string
  epre_dbm: number
  gain_dbi: number
  path_loss_db: number
  diffraction_db: number
  inside_m: number
  entry_db: number
  calibration_db: number
  rsrp_dbm: number
  sinr_db: number
  sigma_db: number
  probability: number
  flags: string[] | null
  /** Attributes of the cell that are defaults. */
  assumed?: string[] | null
}

export interface Signals {
  run?: string
  covered: boolean | null
  place: 'outdoor' | 'indoor' | 'outside'
  threshold: { title?: Text; sourced?: boolean; rsrp_dbm: number; sinr_db?: number | null; probability?: number | null }
  missing: Text[] | null
  /** Strongest first. */
  links: Link[] | null
}

export interface Solid {
  building: string
  name: string
  from_m: number
  to_m: number
  base_m: number
  top_m: number
  blocks: boolean
  owns_antenna: boolean
  holds_phone: boolean
  assumed: boolean
}

/** The side view along a path: metres from the cell in plan, metres of height. */
export interface Section {
  cell: string
  length_m: number
  ground: [at_m: number, height_m: number][] | null
  solids: Solid[] | null
  from_m: number
  to_m: number
  fresnel_m: number
  link: Link
}

export interface CameraParams {
  /** The table of classes of seeing. */
  classes?: string
  assume?: string
  ptz?: 'now' | 'could'
  target_m?: number
  /** Kinds of key points to take from entrances and ways. */
  derive?: string[]
  advise?: boolean
  community?: string
}

export interface CameraClass {
  id: string
  title: Text
  px_per_m: number
}

export interface CameraTable extends Sourced {
  /** False where the figures were not read in the standard. */
  verified: boolean
  /** Asking for more and more. */
  classes: CameraClass[]
}

export interface CameraChoices {
  classes: CameraTable[] | null
  defaults: Sourced[] | null
}

export interface Hinder {
  /** buildings, barriers or terrain */
  layer: string
  id: string
  name: string
  from_m: number
  above_m: number
  height_unknown: boolean
}

/** What one camera has of a place. */
export interface Glance {
  camera: string
  name: string
  at: LonLat
  covers: boolean
  /** At which it sees the place; empty where it does not. */
  class: string
  px_per_m: number
  distance_m: number
  off_axis_deg: number
  below_deg: number
  /** Why it does not cover the place; empty where it does. */
  reason: string
  blocked_by: Hinder | null
  could_turn: boolean
  lacks: string[] | null
  assumed: string[] | null
  text: Text
}

/** What cameras have of a place. */
export interface Watch {
  run?: string
  covered: 'yes' | 'no' | 'unknown'
  need: string
  title: Text
  target_m: number
  /** The building that the place is inside of. */
  building: string
  /** Those that see it, clearest first, then the others. */
  cameras: Glance[] | null
}

export interface CameraSolid {
  layer: string
  id: string
  name: string
  from_m: number
  to_m: number
  base_m: number
  top_m: number
  unknown: boolean
  assumed: boolean
  blocks: boolean
}

/** The side view from a camera to a place and a little beyond. */
export interface CameraSection {
  camera: string
  length_m: number
  at_m: number
  ground: [at_m: number, height_m: number][] | null
  solids: CameraSolid[] | null
  eye_m: number
  target_m: number
  /** Elevations between which the picture lies in this direction; null outside the picture. */
  lower_deg: number | null
  upper_deg: number | null
  classes: { class: string; title: Text; reach_m: number }[] | null
  glance: Glance
}

export type Change = 'add' | 'tilt' | 'turn' | 'raise'
export type Candidates = 'rooftops' | 'lamps'

export interface Aim {
  azimuth_deg?: number | null
  tilt_deg?: number | null
  height_m?: number | null
}

export interface Advice {
  change: Change
  cell?: string | null
  candidate?: string | null
  kind?: string | null
  at: LonLat
  before: Aim | null
  after: Aim | null
  gained_m2: number
  lost_m2: number
  outdoor_share_before_pct: number
  outdoor_share_after_pct: number
  title: Text
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
  /** Null when there are no cells. */
  signals?: Signals | null
  /** Null when there are no cameras. */
  cameras?: Watch | null
  notes?: Text[] | null
}

export interface Fault {
  code: string
  message: Text
  fixes?: Text[] | null
}
