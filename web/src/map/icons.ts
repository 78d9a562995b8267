// Pictograms on a 24-unit grid, drawn once as paths: the map paints them on a canvas,
// the legend shows them as SVG.
import type { Group } from './looks/facilities'
import { groups } from './looks/facilities'
import { cameraIcon, type CameraState } from './looks/cameras'
import { omni } from './looks/radio'
import { lostColour } from './looks/delta'
import { fails, operatorColours, otherOperator, weak } from './palette'

export interface Pictogram {
  d: string
  filled?: boolean
}

export const pictograms: Record<Group, Pictogram> = {
  sport: { d: 'M12 6.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 1 0 0-11M6.5 12h11M12 6.5v11M8.2 8.1c2 2.3 2 5.5 0 7.8M15.8 8.1c-2 2.3-2 5.5 0 7.8' },
  care: { d: 'M12 17.2 7 12.2a3 3 0 0 1 4.3-4.3l.7.8.7-.8a3 3 0 0 1 4.3 4.3Z', filled: true },
  education: { d: 'M12 7.2 5 10.3l7 3.1 7-3.1ZM8 12.2v3.2c2.3 1.9 5.7 1.9 8 0v-3.2' },
  health: { d: 'M10.4 6.8h3.2v3.6h3.6v3.2h-3.6v3.6h-3.2v-3.6H6.8v-3.2h3.6Z', filled: true },
  culture: { d: 'M12 8.4c-1.7-1.1-3.5-1.3-5.4-.9v8.6c1.9-.4 3.7-.2 5.4.9 1.7-1.1 3.5-1.3 5.4-.9V7.5c-1.9-.4-3.7-.2-5.4.9ZM12 8.4V17' },
  commerce: { d: 'M7.5 9.8h9l.7 7.2H6.8ZM9.7 9.8c0-3.7 4.6-3.7 4.6 0' },
  service: { d: 'M6.8 11.6 12 7.2l5.2 4.4M8.4 10.8V16.8h7.2V10.8' },
  transport: { d: 'M7.6 7.2h8.8v8.2H7.6ZM7.6 11.9h8.8M9.2 15.4v1.7M14.8 15.4v1.7' },
  rescue: { d: 'M13 6.3 8 13.1h3.3L11 17.7l5-6.8h-3.3Z', filled: true },
  shelter: { d: 'M12 7.2 6.3 16.8h11.4ZM12 11.8 9.4 16.8h5.2Z' },
  other: { d: 'M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 1 0 0-5', filled: true },
}

export interface BadgeStyle {
  disc: string
  ring: string
  glyph: string
}

export const badges: Record<'venue' | 'place', BadgeStyle> = {
  venue: { disc: '#f2b632', ring: '#26231e', glyph: '#26231e' },
  place: { disc: '#8a806f', ring: '#faf8f4', glyph: '#ffffff' },
}

const ratio = 2

function canvas(size: number): CanvasRenderingContext2D {
  const c = document.createElement('canvas')
  c.width = c.height = size
  return c.getContext('2d', { willReadFrequently: true })!
}

function badge(pictogram: Pictogram, style: BadgeStyle): ImageData {
  const px = 26 * ratio
  const g = canvas(px)
  g.scale(px / 26, px / 26)
  g.translate(1, 1)
  g.beginPath()
  g.arc(12, 12, 10.8, 0, 2 * Math.PI)
  g.fillStyle = style.disc
  g.fill()
  g.lineWidth = 1.6
  g.strokeStyle = style.ring
  g.stroke()
  g.strokeStyle = g.fillStyle = style.glyph
  g.lineWidth = 1.5
  g.lineJoin = g.lineCap = 'round'
  const path = new Path2D(pictogram.d)
  if (pictogram.filled) g.fill(path)
  else g.stroke(path)
  return g.getImageData(0, 0, px, px)
}

/** Diagonal strokes that meet at the tile's edges. */
function hatch(stroke: string, ground: string, width = 1.15): ImageData {
  const size = 8 * ratio
  const g = canvas(size)
  g.fillStyle = ground
  g.fillRect(0, 0, size, size)
  g.strokeStyle = stroke
  g.lineWidth = width * ratio
  for (const shift of [-size, 0, size]) {
    g.beginPath()
    g.moveTo(shift - 2, size + 2)
    g.lineTo(shift + size + 2, -2)
    g.stroke()
  }
  return g.getImageData(0, 0, size, size)
}

/** The symbol of a cell that looks north: a sector as wide as its beam. */
export interface Sector {
  colour: string
  /** Outline of the sector or disc, on a 64-unit grid around (32, 32). */
  d: string
  hollow: boolean
}

/** How a cell is drawn, from the name of its symbol; null for any other name. */
export function sectorOf(name: string): Sector | null {
  const found = /^cell-(other|\d+)-(\d+)-(full|hollow)$/.exec(name)
  if (!found) return null
  const colour = operatorColours[Number(found[1])] ?? otherOperator
  const width = Number(found[2])
  const hollow = found[3] === 'hollow'
  if (width >= omni) return { colour, hollow, d: 'M32 18a14 14 0 1 0 0 28a14 14 0 1 0 0-28Z' }
  const half = (width / 2) * (Math.PI / 180)
  const reach = 29
  const [x, y] = [reach * Math.sin(half), reach * Math.cos(half)]
  return { colour, hollow, d: `M32 32L${(32 - x).toFixed(2)} ${(32 - y).toFixed(2)}A${reach} ${reach} 0 0 1 ${(32 + x).toFixed(2)} ${(32 - y).toFixed(2)}Z` }
}

/** Drawn when the map first asks for it: few of all those possible are ever needed. */
export function cellImage(name: string): { data: ImageData; pixelRatio: number } | null {
  const sector = sectorOf(name)
  if (!sector) return null
  const px = 64 * ratio
  const g = canvas(px)
  g.scale(ratio, ratio)
  g.lineJoin = 'round'
  const path = new Path2D(sector.d)
  g.strokeStyle = '#fffdf8'
  g.lineWidth = 4.5
  g.stroke(path)
  g.fillStyle = sector.hollow ? 'rgba(255, 253, 248, 0.85)' : sector.colour
  g.fill(path)
  if (sector.hollow) {
    g.strokeStyle = sector.colour
    g.lineWidth = 2
    g.setLineDash([4, 2.5])
    g.stroke(path)
    g.fillStyle = sector.colour
    g.font = '700 15px sans-serif'
    g.textAlign = 'center'
    g.textBaseline = 'middle'
    g.fillText('?', 32, 32 - (sector.d.includes('L') ? 18 : 0))
  }
  g.setLineDash([])
  g.beginPath()
  g.arc(32, 32, 3.2, 0, 2 * Math.PI)
  g.fillStyle = '#26231e'
  g.fill()
  return { data: g.getImageData(0, 0, px, px), pixelRatio: ratio }
}

/** A camera on its badge: on, crossed out where it does not work, hollow where that is not known. */
export const cameraBadges: Record<CameraState, BadgeStyle & { dash: boolean; crossed: boolean }> = {
  on: { disc: '#4a3350', ring: '#fffdf8', glyph: '#ffffff', dash: false, crossed: false },
  off: { disc: '#fffdf8', ring: '#6d665b', glyph: '#6d665b', dash: false, crossed: true },
  unknown: { disc: '#fffdf8', ring: '#6d665b', glyph: '#6d665b', dash: true, crossed: false },
}
export const cameraGlyph = 'M6.5 9.5h7.5v5H6.500ZM14 11l3.500-2v6l-3.500-2Z'
export const crossGlyph = 'M6.5 17.5 17.5 6.5'

function cameraImage(state: CameraState): ImageData {
  const style = cameraBadges[state]
  const px = 26 * ratio
  const g = canvas(px)
  g.scale(ratio, ratio)
  g.translate(1, 1)
  g.beginPath()
  g.arc(12, 12, 10.5, 0, 2 * Math.PI)
  g.fillStyle = style.disc
  g.fill()
  g.lineWidth = 1.8
  g.strokeStyle = style.ring
  if (style.dash) g.setLineDash([3, 2])
  g.stroke()
  g.setLineDash([])
  g.fillStyle = g.strokeStyle = style.glyph
  g.fill(new Path2D(cameraGlyph))
  if (style.crossed) g.stroke(new Path2D(crossGlyph))
  return g.getImageData(0, 0, px, px)
}

/** Every image that the styles name, but for those of cells. */
export function images(): { id: string; data: ImageData; pixelRatio: number }[] {
  const out = [
    { id: 'hatch', data: hatch('#857d71', '#eee9df'), pixelRatio: ratio }, // not reached, not served
    { id: 'hatch-fails', data: hatch(fails, 'rgba(179, 38, 30, 0.1)', 1.3), pixelRatio: ratio },
    { id: 'hatch-fails-solid', data: hatch(fails, '#f3ded6', 1.3), pixelRatio: ratio },
    { id: 'hatch-gap', data: hatch('rgba(74, 63, 53, 0.75)', 'rgba(252, 250, 246, 0.25)', 0.8), pixelRatio: ratio },
    { id: 'hatch-lost', data: hatch(lostColour, 'rgba(179, 88, 6, 0.14)', 1.3), pixelRatio: ratio },
    { id: 'hatch-weak', data: hatch(weak, 'rgba(183, 121, 31, 0.08)', 0.9), pixelRatio: ratio },
  ]
  for (const state of Object.keys(cameraBadges) as CameraState[]) out.push({ id: cameraIcon(state), data: cameraImage(state), pixelRatio: ratio })
  for (const kind of ['venue', 'place'] as const) {
    for (const g of [...groups, 'other'] as Group[]) {
      out.push({ id: `${kind}-${g}`, data: badge(pictograms[g], badges[kind]), pixelRatio: ratio })
    }
  }
  return out
}
