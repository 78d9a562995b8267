// Where a camera looks, as a symbol that looks north: the map turns it to the azimuth.
// Its width is that of the picture, in a few steps.

/** Widths of a picture that have a symbol of their own, in degrees. */
export const wedgeWidths = [20, 40, 60, 80, 110, 160] as const

export type WedgeState = 'on' | 'off'

/** The name of a wedge; it is drawn when the map first asks for it. */
export const wedgeIcon = (width: number, state: WedgeState) => `wedge-${width}-${state}`

/** The nearest width that has a symbol, as an expression of a width in degrees. */
export function wedgeWidth(degrees: unknown): unknown {
  const bounds = wedgeWidths.slice(1).flatMap((w, i) => [(w + wedgeWidths[i]) / 2, String(w)])
  return ['step', degrees, String(wedgeWidths[0]), ...bounds]
}

export interface Wedge {
  /** Outline on a 64-unit grid around (32, 32). */
  d: string
  state: WedgeState
}

const reach = 30

/** How a wedge is drawn, from its name; null for any other name. */
export function wedgeOf(name: string): Wedge | null {
  const found = /^wedge-(\d+)-(on|off)$/.exec(name)
  if (!found) return null
  const half = (Number(found[1]) / 2) * (Math.PI / 180)
  const [x, y] = [reach * Math.sin(half), reach * Math.cos(half)]
  return {
    d: `M32 32L${(32 - x).toFixed(2)} ${(32 - y).toFixed(2)}A${reach} ${reach} 0 0 1 ${(32 + x).toFixed(2)} ${(32 - y).toFixed(2)}Z`,
    state: found[2] as WedgeState,
  }
}

const ratio = 2

/** Fades with the distance, as a view does; dashed where the camera is off. */
export function wedgeImage(name: string): { data: ImageData; pixelRatio: number } | null {
  const wedge = wedgeOf(name)
  if (!wedge) return null
  const c = document.createElement('canvas')
  c.width = c.height = 64 * ratio
  const g = c.getContext('2d', { willReadFrequently: true })!
  g.scale(ratio, ratio)
  const path = new Path2D(wedge.d)
  const ink = wedge.state === 'on' ? '74, 51, 80' : '109, 102, 91'
  const fade = g.createRadialGradient(32, 32, 6, 32, 32, reach)
  fade.addColorStop(0, `rgba(${ink}, ${wedge.state === 'on' ? 0.55 : 0.25})`)
  fade.addColorStop(1, `rgba(${ink}, 0)`)
  g.fillStyle = fade
  g.fill(path)
  g.lineJoin = 'round'
  g.lineWidth = 1
  if (wedge.state === 'off') g.setLineDash([4, 3])
  g.strokeStyle = `rgba(${ink}, 0.7)`
  g.stroke(path)
  return { data: g.getImageData(0, 0, 64 * ratio, 64 * ratio), pixelRatio: ratio }
}
