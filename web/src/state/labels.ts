// Where to put the one name or badge of a feature. A polygon that spans several tiles
// would get one in each; so for layers that are small enough each feature gets a point,
// computed here once.
import { api, type Api } from '../api/client'
import type { Layer } from '../api/types'
import { labelPoint } from '../map/geometry'
import { ofJudgement } from './judgement'

/** Label points by layer, with the revision they were made for. */
export type LabelPoints = Record<string, GeoJSON.FeatureCollection & { revision: number }>

/** Larger layers are labelled from their tiles. */
export const mostFeatures = 5000
const pageSize = 1000
/** Wanted for the first map; the names of buildings come later, and nearer. */
const first = ['communities', 'compounds', 'greens', 'areas', 'facilities']
const later = ['buildings']
/** Of a run: what has a label or a list of its own. */
const ofRun = ['venues', 'spots', 'gaps', 'cells', 'cameras']
/** Of a run: what only its lists need. */
const laterOfRun = ['keypoints', 'advice']

async function pointsOf(layer: Layer, from: Api): Promise<LabelPoints[string]> {
  const features: GeoJSON.Feature[] = []
  let after: string | undefined
  do {
    const page = await from.features(layer.name, { limit: pageSize, after })
    for (const f of page.features) {
      const at = labelPoint(f.geometry)
      const properties = { ...withoutNulls(f.properties), id: f.id }
      if (at) features.push({ type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties })
    }
    after = page.next ?? undefined
  } while (after)
  return { type: 'FeatureCollection', features, revision: layer.changed }
}

const withoutNulls = (p: Record<string, unknown>) => Object.fromEntries(Object.entries(p).filter(([, v]) => v !== null))

async function pointsFor(wanted: Layer[], before: LabelPoints, from: Api = api): Promise<LabelPoints> {
  const small = wanted.filter((l) => l.count > 0 && l.count <= mostFeatures)
  const lists = await Promise.all(small.map((l) => (before[l.name]?.revision === l.changed ? before[l.name] : pointsOf(l, from))))
  return Object.fromEntries(small.map((l, i) => [l.name, lists[i]]))
}

/** What a judgement made is read when one of its indicators is opened. */
const asked = (l: Layer) => l.run === null || !ofJudgement(l.run)
const isPart = (l: Layer, parts: string[]) => l.run !== null && parts.some((part) => l.name === `${l.run}_${part}`)
const canWait = (l: Layer) => later.includes(l.name) || isPart(l, laterOfRun)

/** The label points that the first map needs; those of layers that did not change are taken from before. */
export function labelPoints(layers: Layer[], before: LabelPoints): Promise<LabelPoints> {
  const wanted = layers.filter((l) => before[l.name] || asked(l)).filter((l) => first.includes(l.name) || isPart(l, ofRun))
  const again = Object.keys(before).length > 0 // what waited once waits no longer
  return pointsFor([...wanted, ...layers.filter((l) => canWait(l) && (before[l.name] || (again && l.run !== null && asked(l))))], before)
}

/** The label points of some layers of another scenario, or of the base. */
export function labelPointsFrom(layers: Layer[], names: readonly string[], from: Api): Promise<LabelPoints> {
  return pointsFor(layers.filter((l) => names.includes(l.name)), {}, from)
}

/** The label points that can wait until the map stands. */
export function laterLabelPoints(layers: Layer[]): Promise<LabelPoints> {
  return pointsFor(layers.filter((l) => canWait(l) && asked(l)), {})
}

/** The label points of some layers of runs. */
export function labelPointsOf(layers: Layer[], before: LabelPoints): Promise<LabelPoints> {
  return pointsFor(layers.filter((l) => isPart(l, [...ofRun, ...laterOfRun])), before)
}
