// The map itself, behind a few verbs. It holds no state of the app: it is handed scenes
// and tells what the user did.
import {
  GeoJSONSource, type LngLatBoundsLike, type MapGeoJSONFeature, Map as GLMap, type PointLike, ScaleControl, setWorkerUrl, type StyleSpecification,
  VectorTileSource,
} from 'maplibre-gl'
import workerURL from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import 'maplibre-gl/dist/maplibre-gl.css'
import type { Extent, LonLat } from '../api/types'
import type { Pick } from '../state/store'
import type { BuildingLevel } from '../state/buildings'
import type { BuildingTime } from '../state/reach'
import { cellImage, images } from './icons'
import { wedgeImage } from './wedges'
import {
  buildStyle, layerOf, lookOf, nothing, type OpacityName, type OverlayName, opacityOf, partId, type Scene, shown, solidId, coloursLayer,
} from './style'

export interface Handlers {
  click: (at: LonLat, picks: Pick[]) => void
  /** The topmost thing under the pointer, or null; and where the pointer is. */
  pointer: (at: LonLat | null, top: Pick | null) => void
  moved: () => void
  /** Everything that was asked for is drawn. */
  idle: () => void
  failed: (source: string, message: string) => void
}

/** What a sketch draws on the map by itself, apart from scenes: it must outlast them. */
export const sketchPrefix = 'td'
const ofSketch = (source: string) => source.startsWith(`${sketchPrefix}-`)

function withSketch(before: StyleSpecification | undefined, next: StyleSpecification): StyleSpecification {
  if (!before) return next
  return {
    ...next,
    sources: { ...next.sources, ...Object.fromEntries(Object.entries(before.sources).filter(([id]) => ofSketch(id))) },
    layers: [...next.layers, ...before.layers.filter((l) => 'source' in l && ofSketch(l.source as string))],
  }
}

export interface Camera {
  centre: LonLat
  zoom: number
  pitch: number
  bearing: number
}

/** How far from the pointer, in pixels, thin things still count as meant. */
const reach = 4
const solidPitch = 52

export class MapController {
  private readonly map: GLMap
  private readonly still: boolean
  private loaded = false
  private known: BuildingTime[] = []
  private levels: BuildingLevel[] = []
  private frame = 0
  /** While set, clicks and keys are for what is being edited. */
  held = false

  constructor(
    container: HTMLElement,
    private readonly on: Handlers,
    private scene: Scene,
    start: { camera?: Partial<Camera>; bounds?: Extent },
  ) {
    setWorkerUrl(workerURL)
    this.still = window.matchMedia('(prefers-reduced-motion: reduce)').matches
    this.map = new GLMap({
      container,
      style: buildStyle(scene),
      validateStyle: false,
      attributionControl: false,
      fadeDuration: this.still ? 0 : 120,
      maxPitch: 70,
      minZoom: 3,
      maxZoom: 21,
      dragRotate: true,
      refreshExpiredTiles: false,
      ...(start.bounds ? { bounds: start.bounds as LngLatBoundsLike, fitBoundsOptions: { padding: 36 } } : {}),
      ...(start.camera?.centre ? { center: start.camera.centre, zoom: start.camera.zoom ?? 15 } : {}),
      pitch: start.camera?.pitch ?? 0,
      bearing: start.camera?.bearing ?? 0,
    })
    for (const image of images()) this.map.addImage(image.id, image.data, { pixelRatio: image.pixelRatio })
    this.map.setMissingStyleImageResolver((id) => {
      const image = cellImage(id) ?? wedgeImage(id)
      if (image) this.map.addImage(id, image.data, { pixelRatio: image.pixelRatio })
    })
    this.map.addControl(new ScaleControl({ maxWidth: 110, unit: 'metric' }), 'bottom-left')
    this.listen()
  }

  private listen(): void {
    const { map, on } = this
    map.once('style.load', () => {
      this.loaded = true
      this.show(this.scene)
    })
    map.on('click', (e) => {
      if (!this.held) on.click([e.lngLat.lng, e.lngLat.lat], this.picksAt(e.point))
    })
    map.on('mousemove', (e) => {
      cancelAnimationFrame(this.frame)
      this.frame = requestAnimationFrame(() => {
        const top = map.isMoving() || this.held ? null : this.picksAt(e.point)[0] ?? null
        if (!this.held) map.getCanvas().style.cursor = top ? 'pointer' : ''
        on.pointer([e.lngLat.lng, e.lngLat.lat], top)
      })
    })
    map.on('mouseout', () => {
      cancelAnimationFrame(this.frame)
      on.pointer(null, null)
    })
    map.on('moveend', () => on.moved())
    map.on('idle', () => on.idle())
    map.on('error', (e) => {
      const source = (e as unknown as { sourceId?: string }).sourceId ?? ''
      on.failed(source, e.error?.message ?? '')
    })
    map.getCanvas().addEventListener('keydown', (e) => {
      if (e.key !== 'Enter' || this.held || e.defaultPrevented) return
      const at = map.getCenter()
      on.click([at.lng, at.lat], this.picksAt(map.project(at)))
    })
  }

  /** Shows a scene. */
  show(scene: Scene): void {
    this.scene = scene
    if (!this.loaded) return // shown as soon as the first style stands
    const style = buildStyle(scene)
    this.retile(style)
    this.map.setStyle(style, { diff: true, validate: false, transformStyle: withSketch })
    this.colourSolids()
  }

  /**
   * Gives sources whose tiles changed their new address. Left to the style they would be
   * made anew, and be blank until their tiles are there.
   */
  private retile(style: StyleSpecification): void {
    for (const [id, next] of Object.entries(style.sources)) {
      const source = this.map.getSource(id)
      if (next.type !== 'vector' || !(source instanceof VectorTileSource)) continue
      const now = source.serialize()
      if (now.bounds && next.bounds && contains(now.bounds, next.bounds)) next.bounds = now.bounds
      const rest = ({ tiles: _, ...more }: object & { tiles?: string[] }) => JSON.stringify(Object.entries(more).sort())
      if (next.tiles && rest(now) === rest(next) && now.tiles?.join() !== next.tiles.join()) source.setTiles(next.tiles)
    }
  }

  /** The map itself, for who draws on it. */
  get gl(): GLMap {
    return this.map
  }

  /** Shows another time limit, in the same frame. */
  setMinutes(minutes: number): void {
    this.scene = { ...this.scene, minutes }
    if (!this.loaded) return
    for (const layer of shown(this.scene)) {
      if (!layer.run) continue
      for (const part of lookOf(layer, this.scene).parts) {
        if (part.band === undefined) continue
        const id = partId(layer.name, part.id)
        const paint = Object.entries(opacityOf(part, layer.name, this.scene)) as [OpacityName, number][]
        for (const [name, value] of paint) this.map.setPaintProperty(id, name, value, { validate: false })
      }
    }
    this.colourSolids()
  }

  /** Tells the times of the buildings, by which those that stand up are coloured. */
  setTimes(buildings: BuildingTime[]): void {
    this.known = buildings
    this.colourSolids()
  }

  /** Tells the levels inside buildings, by which those that stand up are coloured. */
  setLevels(buildings: BuildingLevel[]): void {
    this.levels = buildings
    this.colourSolids()
  }

  /** What each building was last told, so that only what changes is told again. */
  private coloured = new Map<string, string>()
  private colouredSource = ''

  private colourSolids(): void {
    const layer = this.loaded ? this.map.getLayer(solidId) : undefined
    if (!layer) return
    if (layer.source !== this.colouredSource) this.coloured = new Map() // nothing is told there yet
    this.colouredSource = layer.source
    const next = new Map<string, string>()
    const target = (id: string) => ({ source: layer.source, sourceLayer: 'buildings', id })
    const states = this.scene.solid && coloursLayer(this.scene) !== null ? this.states() : []
    for (const [id, state] of states) {
      const told = JSON.stringify(state)
      next.set(id, told)
      if (this.coloured.get(id) !== told) this.map.setFeatureState(target(id), state)
    }
    for (const id of this.coloured.keys()) if (!next.has(id)) this.map.removeFeatureState(target(id))
    this.coloured = next
  }

  private states(): [id: string, state: Record<string, unknown>][] {
    if (this.scene.run?.analysis === 'radio') {
      return this.levels.flatMap((b) => (b.dBm === null ? [] : [[b.id, { served: b.served, level: b.dBm }]]))
    }
    return this.known.map((b) => {
      const reached = b.minutes !== null && b.minutes <= this.scene.minutes + 1e-6
      return [b.id, { reached, beyond: b.minutes !== null && !reached, unreached: b.minutes === null, minutes: b.minutes ?? 0 }]
    })
  }

  setOverlay(name: OverlayName, data: GeoJSON.FeatureCollection = nothing): void {
    this.scene = { ...this.scene, overlays: { ...this.scene.overlays, [name]: data } }
    const source = this.map.getSource(name)
    if (source instanceof GeoJSONSource) source.setData(data)
  }

  /** What is drawn at a point of the screen, the most meant first. */
  picksAt(point: { x: number; y: number }): Pick[] {
    const { scene } = this
    if (!this.loaded) return []
    const mute = new Set<string>()
    for (const layer of shown(scene)) {
      for (const part of lookOf(layer, scene).parts) {
        const hidden = part.band !== undefined && part.band > scene.minutes + 1e-6
        if (part.mute || hidden) mute.add(partId(layer.name, part.id))
      }
    }
    const box: [PointLike, PointLike] = [[point.x - reach, point.y - reach], [point.x + reach, point.y + reach]]
    const wide = this.map.queryRenderedFeatures(box).filter((f) => f.geometry.type !== 'Polygon' && f.geometry.type !== 'MultiPolygon')
    const exact = this.map.queryRenderedFeatures([point.x, point.y])
    const seen = new Set<string>()
    const out: (Pick & { rank: number })[] = []
    for (const f of [...wide, ...exact]) {
      const layer = layerOf(f)
      const id = f.properties.id as unknown
      if (!layer || typeof id !== 'string' || mute.has(f.layer.id) || seen.has(`${layer}/${id}`)) continue
      seen.add(`${layer}/${id}`)
      const place = rank(f, layer, scene)
      out.push({ layer, id, properties: f.properties, ground: place >= groundRank, rank: place })
    }
    return out.sort((a, b) => a.rank - b.rank).map(({ rank: _, ...pick }) => pick)
  }

  camera(): Camera {
    const c = this.map.getCenter()
    return { centre: [c.lng, c.lat], zoom: this.map.getZoom(), pitch: this.map.getPitch(), bearing: this.map.getBearing() }
  }

  fit(extent: Extent, maxZoom = 18): void {
    this.map.fitBounds(extent as LngLatBoundsLike, { padding: 48, maxZoom, animate: !this.still, duration: 500, pitch: this.map.getPitch() })
  }

  /** Brings an extent into view where part of it is not, without coming closer. */
  include(extent: Extent): void {
    const view = this.map.getBounds()
    if (view.contains([extent[0], extent[1]]) && view.contains([extent[2], extent[3]])) return
    this.fit(extent, this.map.getZoom())
  }

  /** Goes to a place, and near enough to see what stands around it. */
  go(at: LonLat): void {
    this.map.easeTo({ center: at, zoom: Math.max(this.map.getZoom(), 16.5), animate: !this.still, duration: 500 })
  }

  /** How many degrees of latitude a pixel is, in the middle of the view. */
  degreesPerPixel(): number {
    const { clientWidth: w, clientHeight: h } = this.map.getContainer()
    return Math.abs(this.map.unproject([w / 2, h / 2]).lat - this.map.unproject([w / 2, h / 2 + 1]).lat)
  }

  /** Brings a place into view where it is not. */
  reveal(at: LonLat): void {
    const { clientWidth: w, clientHeight: h } = this.map.getContainer()
    const p = this.map.project(at)
    const margin = 40
    if (p.x > margin && p.y > margin && p.x < w - margin && p.y < h - margin) return
    this.map.easeTo({ center: at, animate: !this.still, duration: 300 })
  }

  zoomBy(step: number): void {
    this.map.zoomTo(this.map.getZoom() + step, { animate: !this.still, duration: 200 })
  }

  tilt(solid: boolean): void {
    this.map.easeTo({ pitch: solid ? solidPitch : 0, ...(solid ? {} : { bearing: 0 }), animate: !this.still, duration: 400 })
  }

  northUp(): void {
    this.map.easeTo({ bearing: 0, animate: !this.still, duration: 300 })
  }

  resize(): void {
    this.map.resize()
  }

  remove(): void {
    this.map.remove()
  }
}

const contains = (all: readonly number[], part: readonly number[]) => all[0] <= part[0] && all[1] <= part[1] && all[2] >= part[2] && all[3] >= part[3]

/** From here on it is what other things stand on. */
const groundRank = 78

/** Inputs before the results drawn on them; small things before large ones. */
function rank(f: MapGeoJSONFeature, layer: string, scene: Scene): number {
  const known = scene.layers.find((l) => l.name === layer)
  const result = known?.run ? 1 : 0
  const fixed: Record<string, number> = { communities: 90, areas: 80, compounds: 78, greens: 70, terrain: 95 }
  if (fixed[layer] !== undefined) return fixed[layer]
  const look = known?.run ? lookOf(known, scene) : null
  if (look?.ground) return 85
  if (look?.first) return f.geometry.type === 'Point' ? -1 : 29
  switch (f.geometry.type) {
    case 'Point': case 'MultiPoint': return 0 + result
    case 'LineString': case 'MultiLineString': return 30 + result
  }
  return (layer === 'buildings' || result ? 10 : 40) + result
}
