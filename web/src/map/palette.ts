// The colours. Inputs recede (low chroma, light), results speak (one sequential scale).
// The scale is built in OKLab so that equal steps of the value look like equal steps,
// and its lightness only rises, so that it also reads in grey and to colour-blind eyes.

export const ink = '#26231e'
export const ground = '#f1eee8'
export const unreached = '#a8a197'
export const beyond = '#d6d0c5'
export const accent = '#1d5568'
export const fails = '#b3261e'

type Lab = [L: number, a: number, b: number]

interface Anchor {
  lightness: number
  chroma: number
  hue: number // degrees
}

// Dark indigo near the venue, through blue and green, to a light yellow-green that
// still stands off the ground.
const anchors: Anchor[] = [
  { lightness: 0.31, chroma: 0.13, hue: 288 },
  { lightness: 0.43, chroma: 0.115, hue: 262 },
  { lightness: 0.55, chroma: 0.1, hue: 222 },
  { lightness: 0.67, chroma: 0.125, hue: 168 },
  { lightness: 0.81, chroma: 0.165, hue: 122 },
]

/** How many stops the scale is handed to the map with; between them it is mixed linearly. */
export const stops = 25

function lab({ lightness, chroma, hue }: Anchor): Lab {
  const h = (hue * Math.PI) / 180
  return [lightness, chroma * Math.cos(h), chroma * Math.sin(h)]
}

function mix(a: Lab, b: Lab, t: number): Lab {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]
}

/** The difference of two colours as eyes see it: distance in OKLab. */
export function difference(a: Lab, b: Lab): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
}

/** sRGB, 0…1 per channel, from OKLab (B. Ottosson, 2020). */
function toRGB([L, a, b]: Lab): [number, number, number] {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map(gamma) as [number, number, number]
}

function gamma(linear: number): number {
  const c = Math.min(1, Math.max(0, linear))
  return c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055
}

/** OKLab of a colour written #rrggbb. */
export function fromHex(hex: string): Lab {
  const channel = (i: number) => {
    const c = parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }
  const [r, g, b] = [channel(0), channel(1), channel(2)]
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
  ]
}

function hex(color: Lab): string {
  return '#' + toRGB(color).map((c) => Math.round(c * 255).toString(16).padStart(2, '0')).join('')
}

/** A scale at equal visual steps: arc length along the anchors, cut in count − 1 parts. */
function build(anchors: Anchor[], count: number): string[] {
  const fine: Lab[] = []
  for (let i = 0; i < anchors.length - 1; i++) {
    for (let k = 0; k < 64; k++) fine.push(mix(lab(anchors[i]), lab(anchors[i + 1]), k / 64))
  }
  fine.push(lab(anchors[anchors.length - 1]))
  const along = [0]
  for (let i = 1; i < fine.length; i++) along.push(along[i - 1] + difference(fine[i - 1], fine[i]))
  const total = along[along.length - 1]
  const out: string[] = []
  for (let i = 0, k = 0; i < count; i++) {
    const want = (total * i) / (count - 1)
    while (k < fine.length - 2 && along[k + 1] < want) k++
    const t = along[k + 1] === along[k] ? 0 : (want - along[k]) / (along[k + 1] - along[k])
    out.push(hex(mix(fine[k], fine[k + 1], t)))
  }
  return out
}

/** The sequential scale from near to far, as #rrggbb. */
export const scale: readonly string[] = build(anchors, stops)

/** The colour of a value between 0 and max. */
export function colour(value: number, max: number): string {
  const t = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0
  return scale[Math.round(t * (stops - 1))]
}

/** The scale as a CSS background, near to far from left to right. */
export const scaleCSS = `linear-gradient(to right, ${scale.join(', ')})`

/** The scale as a paint expression over an input expression in the unit of max. */
export function ramp(input: unknown, max: number): unknown[] {
  const pairs = scale.flatMap((c, i) => [(max * i) / (stops - 1), c])
  return ['interpolate', ['linear'], input, ...pairs]
}

// Levels of a signal: a quiet blue where it is strong, through green, to pale sand where
// it is weak. Lighter than the scale of times, since it lies under the whole community.
const levelAnchors: Anchor[] = [
  { lightness: 0.65, chroma: 0.082, hue: 252 },
  { lightness: 0.72, chroma: 0.078, hue: 222 },
  { lightness: 0.79, chroma: 0.08, hue: 175 },
  { lightness: 0.87, chroma: 0.095, hue: 125 },
  { lightness: 0.955, chroma: 0.065, hue: 98 },
]

/** One colour for each class of levels, from strong to weak. */
export function levels(count: number): string[] {
  return build(levelAnchors, Math.max(2, count)).slice(0, count)
}

// What cameras see: deep violet where a face can be told, to pale lilac where something
// moves. Another family than levels, since both can be of one place; and nowhere near
// red, which is for the key points that nobody watches.
const sharpAnchors: Anchor[] = [
  { lightness: 0.47, chroma: 0.125, hue: 298 },
  { lightness: 0.61, chroma: 0.11, hue: 300 },
  { lightness: 0.75, chroma: 0.08, hue: 303 },
  { lightness: 0.885, chroma: 0.045, hue: 308 },
]

/** One colour for each class of seeing, from the sharpest to the least. */
export function sharpness(count: number): string[] {
  return build(sharpAnchors, Math.max(2, count)).slice(0, count)
}

/** Where nothing is covered, and where the signal is weak. */
export const weak = '#a5690b'

/** What tells operators apart, in this order; none is red, which is for what fails. */
export const operatorColours = ['#2563a0', '#0a7a6e', '#9c6a12', '#74499c', '#5f6b1c', '#3f4756'] as const
export const otherOperator = '#6d665b'

const serverHues = [25, 70, 115, 160, 205, 250, 295, 340]

/** The tints of best-server areas: one hue for a site, one tint for each cell of it. */
export function serverColour(site: number, cell: number): string {
  const lightness = [0.76, 0.69, 0.83][cell % 3]
  return hex(lab({ lightness, chroma: 0.085, hue: serverHues[site % serverHues.length] }))
}
export const serverHueCount = serverHues.length
