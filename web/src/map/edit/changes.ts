// The steps that change what is there. One gesture is one act; what the same gesture
// changed before is changed in place, so that the list of edits stays one a person reads.
import type { Geometry } from 'geojson'
import type { Edit, EditInput, Scenario, Step } from '../../api/scenario'
import type { Scalar } from '../../api/types'
import { inputOf } from '../../state/scenarioacts'
import { type Parts, shared } from './split'
import { newID, seen } from './recipe'

export interface Change {
  set?: Record<string, Scalar>
  geometry?: Geometry
  z?: readonly number[]
}

interface Target {
  layer: string
  id: string
  version?: number
}

const on = (edits: readonly Edit[] | null | undefined, { layer, id }: Target) => (edits ?? []).filter((e) => e.layer === layer && e.id === id && !e.off && !e.idle)

/** An edit that brings a feature, with a change of it taken in. */
function withChange(add: Edit, { set, geometry, z }: Change): EditInput {
  const input = inputOf(add)
  const feature = { ...add.feature!, ...(geometry ? { geometry, z_m: z ? [...z] : undefined } : {}) }
  if (set) feature.properties = Object.fromEntries(Object.entries({ ...feature.properties, ...set }).filter(([, v]) => v !== null))
  return { ...input, feature }
}

/** The step that makes a change of a feature. */
export function changeStep(edits: readonly Edit[] | null | undefined, target: Target, change: Change): Step {
  const own = on(edits, target)
  const last = own[own.length - 1]
  const { set, geometry, z } = change
  const place = geometry ? { geometry, ...(z?.length ? { z_m: [...z] } : {}) } : {}
  if (last?.op === 'add') return { do: 'replace', seqs: [last.seq], edit: withChange(last, change) }
  const plain = last && !last.group && !last.kind
  if (plain && last.op === 'move' && geometry && !set) return { do: 'replace', seqs: [last.seq], edit: { ...inputOf(last), z_m: undefined, ...place } }
  if (plain && last.op === 'change' && set && !geometry) return { do: 'replace', seqs: [last.seq], edit: { ...inputOf(last), set: { ...last.set, ...set } } }
  return {
    do: 'append', edit: { layer: target.layer, op: set ? 'change' : 'move', id: target.id, ...(set ? { set } : {}), ...place }, ...seen(target),
  }
}

/** The steps that take a feature away: what the scenario brought itself just leaves it again. */
export function deleteSteps(edits: readonly Edit[] | null | undefined, target: Target): Step[] {
  const own = (edits ?? []).filter((e) => e.layer === target.layer && e.id === target.id)
  if (own.some((e) => e.op === 'add' && !e.off)) return [{ do: 'remove', seqs: own.map((e) => e.seq) }]
  return [{ do: 'append', edit: { layer: target.layer, op: 'delete', id: target.id }, ...seen(target) }]
}

/** The steps that cut a feature in two, and what the second part is called. */
export function splitSteps(target: Target & { properties: Record<string, Scalar> }, parts: Parts): { steps: Step[]; id: string; kept: string[] } {
  const group = newID('split')
  const id = newID(`${target.layer}-part`)
  const { attributes, kept } = shared(target.properties)
  return {
    id, kept,
    steps: [
      { do: 'append', edit: { layer: target.layer, op: 'move', id: target.id, geometry: parts.first, ...(parts.z ? { z_m: parts.z[0] } : {}), group }, ...seen(target) },
      {
        do: 'append',
        edit: { layer: target.layer, op: 'add', id, group, feature: { type: 'Feature', id, geometry: parts.second, properties: attributes, ...(parts.z ? { z_m: parts.z[1] } : {}) } },
      },
    ],
  }
}

/** Other features that the same group brought into the same layer, such as the sectors of a site. */
export function siblings(edits: readonly Edit[] | null | undefined, target: Target): string[] {
  const own = on(edits, target).find((e) => e.op === 'add' && e.group)
  if (!own) return []
  return (edits ?? []).filter((e) => e.op === 'add' && !e.off && e.group === own.group && e.layer === own.layer && e.id !== own.id).map((e) => e.id)
}

/** Features of the base whose place is needed to draw what became of them. */
export function basesOf(s: Scenario): { layer: string; id: string }[] {
  return (s.touched ?? []).filter((t) => t.op !== 'added')
}

/** The geometry that the edits give a feature last; undefined where none does. */
function given(edits: readonly Edit[] | null, layer: string, id: string): Geometry | null | undefined {
  const own = on(edits, { layer, id })
  for (let i = own.length - 1; i >= 0; i--) {
    if (own[i].geometry) return own[i].geometry
    if (own[i].feature) return own[i].feature!.geometry
  }
  return undefined
}

const drawn = (geometry: Geometry | null | undefined, properties: { op: string; layer: string; id: string }): GeoJSON.Feature[] =>
  (geometry ? [{ type: 'Feature', geometry, properties }] : [])

/** A scenario as it is drawn over its base. */
export function drawnEdits(s: Scenario | null, base: (layer: string, id: string) => Geometry | null | undefined): GeoJSON.Feature[] {
  return (s?.touched ?? []).flatMap(({ layer, id, op }) => {
    const old = base(layer, id)
    if (op === 'deleted') return drawn(old, { op, layer, id })
    const now = given(s!.edits, layer, id)
    if (op === 'added' || now === undefined) return drawn(now ?? old, { op, layer, id })
    return [...drawn(old, { op: 'deleted', layer, id }), ...drawn(now, { op, layer, id })]
  })
}
