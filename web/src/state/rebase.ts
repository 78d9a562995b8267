// Conflicts of a rebase as they are laid side by side. Pure.
import type { Feature, Geometry, Position } from 'geojson'
import type { Answer, Conflict } from '../api/scenario'
import type { Scalar } from '../api/types'

export interface ConflictSide {
  side: 'ancestor' | 'ours' | 'theirs'
  /** Of an attribute. */
  value: Scalar | undefined
  geometry: Geometry | null
  /** Of a whole feature: what the sides say differently. */
  attributes: [name: string, value: Scalar | undefined][] | null
  /** The feature is not there. */
  gone: boolean
}

const isFeature = (v: unknown): v is Feature<Geometry | null, Record<string, Scalar>> => typeof v === 'object' && v !== null && (v as { type?: unknown }).type === 'Feature'
/** A geometry with the heights of its points. */
const isPlace = (v: unknown): v is { geometry: Geometry | null } => typeof v === 'object' && v !== null && 'geometry' in v && !('type' in v)
const isGeometry = (v: unknown): v is Geometry => typeof v === 'object' && v !== null && ('coordinates' in v || 'geometries' in v)

/** The three sides of a conflict; of whole features only the attributes that are not the same on all. */
export function sidesOf(c: Conflict): ConflictSide[] {
  const all = [c.ancestor, c.ours, c.theirs]
  const features = all.filter(isFeature)
  const names = [...new Set(features.flatMap((f) => Object.keys(f.properties ?? {})))].sort()
  const differing = names.filter((n) => new Set(features.map((f) => JSON.stringify(f.properties?.[n] ?? null))).size > 1)
  return (['ancestor', 'ours', 'theirs'] as const).map((side) => {
    const v = c[side]
    const whole = c.field === ''
    return {
      side,
      value: isFeature(v) || isPlace(v) || isGeometry(v) ? undefined : (v as Scalar | undefined) ?? null,
      geometry: isFeature(v) || isPlace(v) ? v.geometry : isGeometry(v) ? v : null,
      attributes: isFeature(v) ? differing.map((n) => [n, v.properties?.[n] ?? null]) : null,
      gone: (whole || c.field === 'geometry') && v == null,
    }
  })
}

/** Conflicts that no answer is of. */
export function wanted(conflicts: readonly Conflict[], answers: readonly Answer[]): Conflict[] {
  const known = new Set(answers.map((a) => `${a.layer}/${a.id}/${a.field}`))
  return conflicts.filter((c) => !known.has(`${c.layer}/${c.id}/${c.field}`))
}

/** A geometry as the path of an SVG; a point is a short stroke with round ends. */
export function pathOf(g: Geometry, at: (p: Position) => [number, number]): string {
  const line = (ps: Position[], close = false) => `M${ps.map((p) => at(p).map((v) => v.toFixed(1)).join(' ')).join('L')}${close ? 'Z' : ''}`
  switch (g.type) {
    case 'Point': return line([g.coordinates, g.coordinates])
    case 'MultiPoint': return g.coordinates.map((p) => line([p, p])).join('')
    case 'LineString': return line(g.coordinates)
    case 'MultiLineString': return g.coordinates.map((l) => line(l)).join('')
    case 'Polygon': return g.coordinates.map((r) => line(r, true)).join('')
    case 'MultiPolygon': return g.coordinates.flat().map((r) => line(r, true)).join('')
    case 'GeometryCollection': return g.geometries.map((part) => pathOf(part, at)).join('')
  }
}
