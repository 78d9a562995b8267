// Where to put the one name or badge of a feature. A polygon that spans several tiles
// would get one in each; so for layers that are small enough each feature gets a point,
// computed here once.
import { api } from '../api/client'
import type { Layer } from '../api/types'
import { labelPoint } from '../map/geometry'

/** Label points by layer, with the revision they were made for. */
export type LabelPoints = Record<string, GeoJSON.FeatureCollection & { revision: number }>

/** Larger layers are labelled from their tiles. Also the server's page size. */
const mostFeatures = 1000
const labelled = ['communities', 'compounds', 'greens', 'areas', 'facilities']

async function pointsOf(layer: Layer): Promise<LabelPoints[string]> {
  const page = await api.features(layer.name, { limit: mostFeatures })
  const features: GeoJSON.Feature[] = []
  for (const f of page.features) {
    const at = labelPoint(f.geometry)
    if (at) features.push({ type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties: { ...withoutNulls(f.properties), id: f.id } })
  }
  return { type: 'FeatureCollection', features, revision: layer.changed }
}

const withoutNulls = (p: Record<string, unknown>) => Object.fromEntries(Object.entries(p).filter(([, v]) => v !== null))

/** The label points of some layers; those that did not change are taken from before. */
export async function labelPoints(layers: Layer[], before: LabelPoints): Promise<LabelPoints> {
  const wanted = layers.filter((l) => (labelled.includes(l.name) || l.run && l.name === `${l.run}_venues`) && l.count > 0 && l.count <= mostFeatures)
  const lists = await Promise.all(wanted.map((l) => (before[l.name]?.revision === l.changed ? before[l.name] : pointsOf(l))))
  return Object.fromEntries(wanted.map((l, i) => [l.name, lists[i]]))
}
