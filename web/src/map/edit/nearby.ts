// The features around a place in full precision, kept as long as they hold: tiles round
// what they show, and a rounded place is another place. Read by squares, layer by layer;
// what an edit made old is shown until the new is there.
import { shallowRef } from 'vue'
import type { Extent, FeaturePage, FullFeature, Layer, LonLat } from '../../api/types'
import { boxOf } from '../geometry'
import type { Thing } from './gate'

/** Squares per degree: about 440 m from south to north. */
const perDegree = 250
/** A view of more squares than this is too far away to draw in. */
export const mostSquares = 30
const pageSize = 1000
/** Of one layer in one square. */
const mostPages = 4

interface Square {
  version: string
  things: Thing[]
}

export type ReadPage = (layer: string, q: { bbox: Extent; limit: number; after?: string }) => Promise<FeaturePage>

export const thingOf = (layer: string, f: FullFeature): Thing | null => {
  const box = boxOf(f.geometry)
  return f.geometry && box ? { layer, id: f.id, geometry: f.geometry, properties: f.properties, box, version: f.version, z_m: (f as { z_m?: number[] }).z_m } : null
}

/** The squares that a box touches, as their south-western corners; null for too many. */
export function squaresOf(box: Extent, most = mostSquares): [number, number][] | null {
  const low = [Math.floor(box[0] * perDegree), Math.floor(box[1] * perDegree)]
  const high = [Math.floor(box[2] * perDegree), Math.floor(box[3] * perDegree)]
  if ((high[0] - low[0] + 1) * (high[1] - low[1] + 1) > most) return null
  const out: [number, number][] = []
  for (let x = low[0]; x <= high[0]; x++) for (let y = low[1]; y <= high[1]; y++) out.push([x, y])
  return out
}

export class Nearby {
  private readonly squares = new Map<string, Square>()
  private readonly asked = new Map<string, Promise<void>>()
  private readonly things = new Map<string, Thing[]>()
  /** Counts what was read, for who watches. */
  readonly turn = shallowRef(0)

  constructor(private readonly read: ReadPage, private readonly version: (layer: string) => string) {}

  /** Forgets everything: another scenario is read. */
  clear(): void {
    this.squares.clear()
    this.asked.clear()
    this.things.clear()
    this.turn.value++
  }

  /** Reads what is not known, or no longer holds, of some layers in a box. False where the box is too large. */
  async want(layers: readonly string[], box: Extent): Promise<boolean> {
    const squares = squaresOf(box)
    if (!squares) return false
    await Promise.all(layers.flatMap((layer) => squares.map((at) => this.square(layer, at))))
    return true
  }

  private square(layer: string, [x, y]: [number, number]): Promise<void> | void {
    const version = this.version(layer)
    const key = `${layer}/${x}/${y}`
    if (this.squares.get(key)?.version === version) return
    const pending = `${key}@${version}`
    const known = this.asked.get(pending)
    if (known) return known
    const reading = this.fetch(layer, [x / perDegree, y / perDegree, (x + 1) / perDegree, (y + 1) / perDegree]).then((things) => {
      if (!this.asked.has(pending)) return // forgotten meanwhile
      this.squares.set(key, { version, things })
      this.things.delete(layer)
      this.turn.value++
    }).finally(() => this.asked.delete(pending))
    this.asked.set(pending, reading)
    return reading
  }

  private async fetch(layer: string, bbox: Extent): Promise<Thing[]> {
    const out: Thing[] = []
    let after: string | undefined
    for (let i = 0; i < mostPages; i++) {
      const page = await this.read(layer, { bbox, limit: pageSize, after })
      out.push(...page.features.flatMap((f) => thingOf(layer, f) ?? []))
      if (!page.next) break
      after = page.next
    }
    return out
  }

  /** What is known of a layer, each thing once. */
  of(layer: string): readonly Thing[] {
    const known = this.things.get(layer)
    if (known) return known
    const newest = new Map<string, { thing: Thing; version: string }>()
    const now = this.version(layer)
    for (const [key, square] of this.squares) {
      if (!key.startsWith(`${layer}/`)) continue
      for (const thing of square.things) {
        const other = newest.get(thing.id)
        if (!other || (other.version !== now && square.version === now)) newest.set(thing.id, { thing, version: square.version })
      }
    }
    const list = [...newest.values()].map((n) => n.thing)
    this.things.set(layer, list)
    return list
  }
}

/** A box around a place, by metres. */
export function boxAround(at: LonLat, metres: number): Extent {
  const dy = metres / 111_000
  const dx = dy / Math.max(0.05, Math.cos((at[1] * Math.PI) / 180))
  return [at[0] - dx, at[1] - dy, at[0] + dx, at[1] + dy]
}

/** The layers that can be edited in a scenario: inputs and what the user brought, with a place. */
export const canEdit = (l: Layer | undefined): l is Layer => !!l && l.kind !== 'result' && !l.run && (l.shapes?.length ?? 0) > 0
