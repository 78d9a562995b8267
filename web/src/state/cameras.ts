// What a run of cameras says, put in order: its shares, the key points nobody watches,
// the cameras to look after. Pure; the panels show it.
import type { CameraChoices, CameraParams, CameraTable, LonLat, Run, Value } from '../api/types'
import type { LabelPoints } from './labels'
import { pointsOf } from './radio'

const text = (v: unknown) => (typeof v === 'string' ? v : '')
const number = (v: unknown) => (typeof v === 'number' ? v : 0)

/** The value of a run by the end of its id. */
export const valueOf = (run: Run, end: string): Value | null => (run.values ?? []).find((v) => v.id === `${run.id}_${end}`) ?? null

/** Ends of ids in the order in which they are read. */
const inventory = ['networked_share', 'working_share', 'platform_share', 'compliant_share', 'known_views_share']
const whole = ['keypoints_covered_share', 'points_share', 'roads_share']
const facades = ['facade_share', 'facade_area_share']

export interface CameraValues {
  headline: Value | null
  parts: Value[]
  /** Shares by kind of key point. */
  kinds: Value[]
  inventory: Value[]
  facades: Value[]
  rest: Value[]
}

export function cameraValues(run: Run): CameraValues {
  const list = (ends: string[]) => ends.flatMap((e) => valueOf(run, e) ?? [])
  const named = new Set([...inventory, ...whole, ...facades].map((e) => `${run.id}_${e}`))
  const others = (run.values ?? []).filter((v) => !named.has(v.id))
  const isKind = (v: Value) => v.id.endsWith('_share') && v.layer === `${run.id}_keypoints`
  return {
    headline: valueOf(run, whole[0]),
    parts: list(whole.slice(1)),
    kinds: others.filter(isKind),
    inventory: list(inventory),
    // Where there are no such buildings the question does not arise.
    facades: list(facades).filter((v) => v.denominator !== 0),
    rest: others.filter((v) => !isKind(v)),
  }
}

const derivedFrom: Record<string, string> = {
  compound_gate: 'entrances', garage_entrance: 'entrances', building_door: 'entrances', main_road: 'ways', fire_lane: 'ways',
}

/** What stands for a key point: one that was taken from the data is an entrance or a way. */
export function originOf<T extends { layer: string; id: string }>(target: T): T {
  const colon = target.layer === 'keypoints' ? target.id.indexOf(':') : -1
  const layer = colon > 0 ? derivedFrom[target.id.slice(0, colon)] : undefined
  return layer ? { ...target, layer, id: target.id.slice(colon + 1) } : target
}

export interface OpenKeypoint {
  id: string
  name: string
  kind: string
  /** A part of it that is not watched. */
  feature: string
  at: LonLat
  state: 'no' | 'unknown'
  reason: string
  /** The class that it needs. */
  need: string
  /** Of lines: how much is not watched. */
  lengthM: number
}

/** The key points that are not watched, or not wholly: points first, then the longest lines. */
export function openKeypoints(labels: LabelPoints, layer: string): OpenKeypoint[] {
  const out = new Map<string, OpenKeypoint & { longest: number }>()
  for (const { at, properties: p } of pointsOf(labels, layer)) {
    if (p.covered !== 'no' && p.covered !== 'unknown') continue
    const length = number(p.length_m)
    const known = out.get(text(p.keypoint))
    if (!known) {
      out.set(text(p.keypoint), {
        id: text(p.keypoint), name: text(p.name), kind: text(p.kind), feature: text(p.id), at, state: p.covered, reason: text(p.reason), need: text(p.required_class), lengthM: length, longest: length,
      })
      continue
    }
    known.lengthM += length
    if (p.covered === 'no') known.state = 'no'
    if (length > known.longest) Object.assign(known, { at, feature: text(p.id), reason: text(p.reason), longest: length })
  }
  return [...out.values()].map(({ longest: _, ...k }) => k).sort((a, b) =>
    Number(a.lengthM > 0) - Number(b.lengthM > 0) || b.lengthM - a.lengthM || (a.id < b.id ? -1 : 1))
}

export interface CameraToCheck {
  id: string
  name: string
  at: LonLat
  works: string
  faults: string[]
  lacks: string[]
}

/** Cameras that do not work, whose record is wrong or whose view cannot be computed. */
export function camerasToCheck(labels: LabelPoints, layer: string): CameraToCheck[] {
  const words = (v: unknown) => text(v).split(/[\s,;]+/).filter(Boolean)
  return pointsOf(labels, layer)
    .filter(({ properties: p }) => p.working === 'no' || p.compliant === 'no' || p.view === 'insufficient')
    .map(({ at, properties: p }) => ({ id: text(p.id), name: text(p.name), at, works: text(p.working), faults: words(p.faults), lacks: words(p.lacks) }))
}

export function tableOf(params: CameraParams | null | undefined, choices: CameraChoices | null): CameraTable | null {
  const list = choices?.classes ?? []
  return list.find((c) => c.id === params?.classes) ?? (params?.classes ? null : (list[0] ?? null))
}

export interface ProposedCamera {
  id: string
  at: LonLat
  order: number
  carrier: string
  heightM: number
  azimuthDeg: number
  tiltDeg: number
  points: number
  lengthM: number
}

/** Where more cameras would do most, the most useful first. */
export function proposedCameras(labels: LabelPoints, layer: string): ProposedCamera[] {
  return pointsOf(labels, layer).map(({ at, properties: p }) => ({
    id: text(p.id), at, order: number(p.order), carrier: text(p.carrier), heightM: number(p.height_m), azimuthDeg: number(p.azimuth_deg), tiltDeg: number(p.tilt_deg),
    points: number(p.points), lengthM: number(p.length_m),
  })).sort((a, b) => a.order - b.order)
}
