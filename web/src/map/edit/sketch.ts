// A line or an area that is being drawn, by Terra Draw. It rounds what it is given, so
// places that were snapped to are put back in full when the drawing is done. It is read
// only when something is drawn.
import type { LineString, Polygon, Position } from 'geojson'
import type { Map as GLMap } from 'maplibre-gl'
import type { GeoJSONStoreFeatures, TerraDraw } from 'terra-draw'
import type { LonLat } from '../../api/types'
import { sketchPrefix } from '../controller'
import { accent } from '../palette'
import type { Snap, XY } from './snap'

/** Decimals that the sketch works with: a tenth of a millimetre. */
const decimals = 9
/** How near, in pixels, a click on the last point has to be to end the drawing. */
const closeReach = 10
/** A key that no keyboard has, by which the drawing is told to end. */
const finishKey = 'yiju-finish'

export type SketchShape = 'linestring' | 'polygon'

export interface SketchHandlers {
  snap: (at: XY) => Snap | null
  done: (geometry: LineString | Polygon) => void
  /** How many points are placed. */
  changed: (count: number) => void
}

const round = (v: number) => Math.round(v * 10 ** decimals) / 10 ** decimals
const keyOf = (p: Position) => `${round(p[0])},${round(p[1])}`

/** Puts places that were snapped to back in full precision, and takes out repeated ones. */
export function restored(geometry: LineString | Polygon, exact: ReadonlyMap<string, LonLat>): LineString | Polygon {
  const put = (chain: Position[]) => chain.map((p) => exact.get(keyOf(p)) ?? p).filter((p, i, all) => i === 0 || keyOf(p) !== keyOf(all[i - 1]))
  return geometry.type === 'LineString'
    ? { type: 'LineString', coordinates: put(geometry.coordinates) }
    : { type: 'Polygon', coordinates: geometry.coordinates.map(put) }
}

const committed = 'committedCoordinateCount'

function pointsOf(f: GeoJSONStoreFeatures | undefined): number {
  if (!f) return 0
  if (f.geometry.type === 'LineString') return f.geometry.coordinates.length - 1 // the last follows the pointer
  if (f.geometry.type === 'Polygon') return typeof f.properties[committed] === 'number' ? f.properties[committed] : 0
  return 0
}

export class Sketch {
  private draw: TerraDraw | null = null
  private shape: SketchShape | null = null
  private readonly exact = new Map<string, LonLat>()
  private count = 0
  private loading: Promise<void> | null = null

  constructor(private readonly map: GLMap, private readonly on: SketchHandlers) {}

  get points(): number {
    return this.count
  }

  get active(): boolean {
    return this.shape !== null
  }

  /** Begins to draw, when the page has read what it takes. */
  async begin(shape: SketchShape): Promise<void> {
    this.shape = shape
    this.loading ??= this.load()
    await this.loading
    if (this.shape !== shape || !this.draw) return // something else was chosen meanwhile
    if (!this.draw.enabled) this.draw.start()
    this.reset()
  }

  private async load(): Promise<void> {
    const [td, { TerraDrawMapLibreGLAdapter }] = await Promise.all([import('terra-draw'), import('terra-draw-maplibre-gl-adapter')])
    class Adapter extends TerraDrawMapLibreGLAdapter<GLMap> {
      // A double click ends a drawing; the editor says when it may zoom again.
      override setDoubleClickToZoom(): void {}
      override setCursor(): void {}
    }
    const snapping = {
      toCustom: (event: { containerX: number; containerY: number }): Position | undefined => {
        const found = this.on.snap({ x: event.containerX, y: event.containerY })
        if (!found) return undefined
        this.exact.set(keyOf(found.at), found.at)
        return [round(found.at[0]), round(found.at[1])]
      },
    }
    const keyEvents = { cancel: null, finish: finishKey }
    const hidden = { snappingPointOpacity: 0, snappingPointOutlineOpacity: 0 }
    const closing = { closingPointColor: '#ffffff' as const, closingPointOutlineColor: accent as `#${string}`, closingPointWidth: 6, closingPointOutlineWidth: 2.4 }
    const common = { snapping, keyEvents, pointerDistance: closeReach }
    this.draw = new td.TerraDraw({
      adapter: new Adapter({ map: this.map, prefixId: sketchPrefix, coordinatePrecision: decimals, minPixelDragDistanceDrawing: 10, minPixelDragDistance: 4 }),
      modes: [
        new td.TerraDrawLineStringMode({ ...common, styles: { lineStringColor: accent as `#${string}`, lineStringWidth: 3, ...closing, ...hidden } }),
        new td.TerraDrawPolygonMode({
          ...common,
          styles: { fillColor: accent as `#${string}`, fillOpacity: 0.14, outlineColor: accent as `#${string}`, outlineWidth: 3, ...closing, ...hidden },
        }),
      ],
      undoRedo: { modeLevel: new td.TerraDrawModeUndoRedo() },
    })
    this.draw.on('change', () => this.tell())
    this.draw.on('finish', (id) => this.finished(id))
  }

  private reset(): void {
    if (!this.draw?.enabled || !this.shape) return
    this.draw.clear()
    this.exact.clear()
    this.draw.setMode(this.shape)
    this.tell()
  }

  private tell(): void {
    const now = pointsOf(this.draw?.getSnapshot().find((f) => f.properties.currentlyDrawing))
    if (now === this.count) return
    this.count = now
    this.on.changed(now)
  }

  private finished(id: string | number): void {
    const f = this.draw?.getSnapshotFeature(id)
    if (f?.geometry.type !== 'LineString' && f?.geometry.type !== 'Polygon') return
    const geometry = restored(f.geometry, this.exact)
    // It is still at work on what it tells of.
    queueMicrotask(() => {
      this.reset()
      this.on.done(geometry)
    })
  }

  /** Takes the last point back. */
  back(): boolean {
    if (!this.draw?.enabled || !this.count) return false
    this.draw.undo()
    this.tell()
    return true
  }

  /** Ends the drawing where it stands; false where it has too few points. */
  finish(least: number): boolean {
    if (!this.shape || this.count < least) return false
    this.map.getCanvas().dispatchEvent(new KeyboardEvent('keyup', { key: finishKey }))
    return true
  }

  /** Forgets what is drawn and begins anew. */
  cancel(): boolean {
    if (!this.count) return false
    this.reset()
    return true
  }

  end(): void {
    this.shape = null
    if (this.draw?.enabled) {
      this.draw.stop()
      this.count = 0
      this.on.changed(0)
    }
  }
}
