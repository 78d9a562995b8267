// The view as text in the address, and back. Only what a reader changed is written, so
// that links stay short and old links keep their meaning. Nonsense is ignored, part by part.
import type { LonLat } from '../api/types'
import type { Lang } from '../i18n'

export type Tab = 'result' | 'indicators' | 'scenario' | 'feature' | 'why'

export interface View {
  centre?: LonLat
  zoom?: number
  pitch?: number
  bearing?: number
  solid?: boolean
  /** Layers switched against their default. */
  on?: string[]
  off?: string[]
  opacity?: Record<string, number>
  run?: string
  minutes?: number
  lang?: Lang
  tab?: Tab
  selected?: { layer: string; id: string }
  spot?: LonLat
  profile?: string
  /** Whose covered area is drawn, of a radio run. */
  group?: string
  /** The cell or camera whose path to the spot is seen from the side. */
  cell?: string
  camera?: string
  /** The class that the spot must be seen at. */
  need?: string
  /** The standard that is judged by, and the requirement that is open; empty for none. */
  indicator?: { profile: string; requirement: string }
  /** The community that is judged, where it is not the first. */
  of?: string
  /** The scenario that is read. */
  scenario?: string
}

const tabs: readonly string[] = ['result', 'indicators', 'scenario', 'feature', 'why']

function number(text: string | null, min: number, max: number): number | undefined {
  if (text === null || text.trim() === '') return undefined
  const value = Number(text)
  return Number.isFinite(value) && value >= min && value <= max ? value : undefined
}

function place(text: string | null): LonLat | undefined {
  const [a, b, ...rest] = (text ?? '').split(',')
  const lon = number(a ?? null, -180, 180)
  const lat = number(b ?? null, -90, 90)
  return lon === undefined || lat === undefined || rest.length ? undefined : [lon, lat]
}

const list = (text: string | null) => text?.split(',').filter(Boolean)

/** Reads the part of an address behind '#'. */
export function parse(hash: string): View {
  const q = new URLSearchParams(hash.replace(/^#/, ''))
  const view: View = {
    centre: place(q.get('at')),
    zoom: number(q.get('z'), 0, 24),
    pitch: number(q.get('p'), 0, 85),
    bearing: number(q.get('b'), -360, 360),
    solid: q.get('view') === '3d' ? true : undefined,
    on: list(q.get('on')),
    off: list(q.get('off')),
    run: q.get('run') ?? undefined,
    minutes: number(q.get('min'), 0, 10_000),
    lang: q.get('lang') === 'en' ? 'en' : q.get('lang') === 'zh' ? 'zh' : undefined,
    tab: tabs.includes(q.get('tab') ?? '') ? (q.get('tab') as Tab) : undefined,
    spot: place(q.get('spot')),
    profile: q.get('who') ?? undefined,
    group: q.get('group') || undefined,
    cell: q.get('cell') || undefined,
    camera: q.get('camera') || undefined,
    need: q.get('need') || undefined,
    of: q.get('of') || undefined,
    scenario: q.get('scenario') || undefined,
  }
  const selected = q.get('sel')
  const slash = selected?.indexOf('/') ?? -1
  if (selected && slash > 0) view.selected = { layer: selected.slice(0, slash), id: selected.slice(slash + 1) }
  // The id of a profile holds a slash itself.
  const indicator = q.get('indicator')
  const last = indicator?.lastIndexOf('/') ?? -1
  if (indicator && last > 0) {
    view.indicator = { profile: indicator.slice(0, last), requirement: indicator.slice(last + 1) }
    view.tab ??= 'indicators'
  }
  for (const pair of list(q.get('fade')) ?? []) {
    const [layer, value] = pair.split(':')
    const opacity = number(value ?? null, 0, 1)
    if (opacity !== undefined) (view.opacity ??= {})[layer] = opacity
  }
  for (const key of Object.keys(view) as (keyof View)[]) if (view[key] === undefined) delete view[key]
  return view
}

const round = (value: number, digits: number) => String(Number(value.toFixed(digits)))
const at = (p: LonLat) => `${round(p[0], 6)},${round(p[1], 6)}`

/** Writes the part of an address behind '#'. parse(format(v)) gives v at the written precision. */
export function format(view: View): string {
  const out: string[] = []
  const put = (key: string, value: string | undefined) => {
    if (value !== undefined && value !== '') out.push(`${key}=${encodeURIComponent(value).replace(/%2C/g, ',').replace(/%2F/g, '/').replace(/%3A/g, ':')}`)
  }
  put('at', view.centre && at(view.centre))
  put('z', view.zoom !== undefined ? round(view.zoom, 2) : undefined)
  put('p', view.pitch ? round(view.pitch, 0) : undefined)
  put('b', view.bearing ? round(view.bearing, 0) : undefined)
  put('view', view.solid ? '3d' : undefined)
  put('on', view.on?.join(','))
  put('off', view.off?.join(','))
  put('fade', Object.entries(view.opacity ?? {}).filter(([, v]) => v < 1).map(([k, v]) => `${k}:${round(v, 2)}`).join(','))
  put('run', view.run)
  put('min', view.minutes !== undefined ? round(view.minutes, 2) : undefined)
  put('who', view.profile)
  put('tab', view.indicator && view.tab === 'indicators' ? undefined : view.tab)
  put('indicator', view.indicator && `${view.indicator.profile}/${view.indicator.requirement}`)
  put('of', view.of)
  put('scenario', view.scenario)
  put('sel', view.selected && `${view.selected.layer}/${view.selected.id}`)
  put('spot', view.spot && at(view.spot))
  put('group', view.group)
  put('cell', view.cell)
  put('camera', view.camera)
  put('need', view.need)
  put('lang', view.lang)
  return '#' + out.join('&')
}
