// The one door to the server. Each call is one function with typed input and output,
// so that a client generated from the server's OpenAPI document can take its place.
import type {
  Advice, CameraChoices, CameraParams, CameraSection, Candidates, Change, Extent, Fault, FeaturePage, FullFeature, Layers, LonLat, Profiles, RadioChoices, RadioParams, Run, Section, Text, WalkParams, Why,
  Workspace,
} from './types'
import type { Evidence, JudgeRequest, Judgement, KeptJudgement, ReportFormat, Standard } from './judgement'

/** What the server refused, in the user's two languages, with what to do about it. */
export class ServerError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly text: Text,
    readonly fixes: Text[],
  ) {
    super(text.en)
    this.name = 'ServerError'
  }
}

/** The folder of the page, so that the app also works behind a path prefix. */
const base = () => new URL('./', document.baseURI).href

const unreachable = new ServerError(0, 'unreachable',
  { zh: '连不上服务', en: 'The server does not answer' },
  [{ zh: '确认 yiju serve 正在运行，然后重试', en: 'Check that yiju serve is running, then try again' }])

async function answerOf(path: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(base() + path, { headers: { accept: 'application/json' }, ...init })
  } catch (cause) {
    if (init.signal?.aborted) throw cause
    throw unreachable
  }
  if (!response.ok) throw await refusal(response)
  return response
}

async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  return (await (await answerOf(path, init)).json()) as T
}

async function refusal(response: Response): Promise<ServerError> {
  try {
    const fault = (await response.json()) as Partial<Fault>
    if (fault.message?.en) {
      return new ServerError(response.status, fault.code ?? '', fault.message, fault.fixes ?? [])
    }
  } catch {
    // Not one of the server's own answers: a proxy in between, most likely.
  }
  return new ServerError(response.status, 'unexpected',
    { zh: `服务返回了意外的应答（HTTP ${response.status}）`, en: `The server gave an unexpected answer (HTTP ${response.status})` },
    [{ zh: '稍后重试；若仍如此，请查看服务日志', en: 'Try again; if it stays so, look at the log of the server' }])
}

const seg = encodeURIComponent

const post = <T>(path: string, body: unknown, signal?: AbortSignal) => call<T>(path, {
  method: 'POST',
  headers: { accept: 'application/json', 'content-type': 'application/json' },
  body: JSON.stringify(body),
  signal,
})

/** The name under which an answer wants to be kept, with letters of any language (RFC 5987). */
function fileNameOf(response: Response): string {
  const header = response.headers.get('content-disposition') ?? ''
  const extended = /filename\*=UTF-8''([^;]+)/i.exec(header)
  return extended ? decodeURIComponent(extended[1]) : /filename="([^"]+)"/.exec(header)?.[1] ?? ''
}

const place = (at: LonLat) => `lon=${at[0].toFixed(7)}&lat=${at[1].toFixed(7)}`

export const api = {
  workspace: (signal?: AbortSignal) => call<Workspace>('api/workspace', { signal }),
  layers: (signal?: AbortSignal) => call<Layers>('api/layers', { signal }),
  runs: (signal?: AbortSignal) => call<{ runs: Run[] | null }>('api/runs', { signal }),
  profiles: (signal?: AbortSignal) => call<Profiles>('api/profiles', { signal }),

  feature: (layer: string, id: string, signal?: AbortSignal) =>
    call<FullFeature>(`api/layers/${seg(layer)}/features/${seg(id)}`, { signal }),

  features: (layer: string, q: { bbox?: Extent; limit?: number; after?: string }, signal?: AbortSignal) => {
    const params = new URLSearchParams()
    if (q.bbox) params.set('bbox', q.bbox.join(','))
    if (q.limit) params.set('limit', String(q.limit))
    if (q.after) params.set('after', q.after)
    return call<FeaturePage>(`api/layers/${seg(layer)}/features?${params}`, { signal })
  },

  /**
   * Whether a layer holds a feature, without an error when it does not: pages go on
   * after an id, so the page that starts at this one is asked for.
   */
  holds: async (layer: string, id: string): Promise<boolean> => {
    const last = id.codePointAt(id.length - 1) ?? 1
    const before = id.slice(0, -1) + String.fromCodePoint(last - 1) + '\u{10FFFF}'
    const page = await api.features(layer, { limit: 1, after: before })
    return page.features[0]?.id === id
  },

  walk: (params: WalkParams, signal?: AbortSignal) => post<Run>('api/analyses/walk', params, signal),

  why: (at: LonLat, profile: string, community: string, need: string, signal?: AbortSignal) =>
    call<Why>(`api/why?${place(at)}&profile=${seg(profile)}&community=${seg(community)}${need ? `&need=${seg(need)}` : ''}`, { signal }),

  radioChoices: (signal?: AbortSignal) => call<RadioChoices>('api/radio/choices', { signal }),
  radio: (params: RadioParams, signal?: AbortSignal) => post<Run>('api/analyses/radio', params, signal),
  section: (cell: string, at: LonLat, community: string, signal?: AbortSignal) =>
    call<Section>(`api/radio/section?cell=${seg(cell)}&${place(at)}&community=${seg(community)}`, { signal }),

  advice: (ask: { candidates?: Candidates[]; changes?: Change[]; limit?: number; community?: string }, signal?: AbortSignal) =>
    post<{ advice: Advice[] | null }>('api/analyses/radio/advice', ask, signal),

  cameraChoices: (signal?: AbortSignal) => call<CameraChoices>('api/cameras/choices', { signal }),
  cameras: (params: CameraParams, signal?: AbortSignal) => post<Run>('api/analyses/cameras', params, signal),
  cameraSection: (camera: string, at: LonLat, community: string, signal?: AbortSignal) =>
    call<CameraSection>(`api/cameras/section?camera=${seg(camera)}&${place(at)}&community=${seg(community)}`, { signal }),

  standards: (signal?: AbortSignal) => call<{ standards: Standard[] | null }>('api/standards', { signal }),
  judgements: (signal?: AbortSignal) => call<{ judgements: KeptJudgement[] | null }>('api/judgements', { signal }),
  judge: (ask: JudgeRequest, signal?: AbortSignal) => post<Judgement>('api/judgements', ask, signal),

  /** Keeps a document or a waiver. */
  evidence: async (given: Evidence & { community?: string }, signal?: AbortSignal): Promise<void> => {
    await answerOf('api/evidence', {
      method: 'POST', headers: { accept: 'application/json', 'content-type': 'application/json' }, body: JSON.stringify(given), signal,
    })
  },

  /** A kept judgement as a file. */
  report: async (of: { profile: string; community: string; format: ReportFormat; lang: string }, signal?: AbortSignal) => {
    const response = await answerOf(`api/judgements/report?${new URLSearchParams(of)}`, { signal })
    return { name: fileNameOf(response) || `judgement.${of.format}`, data: await response.blob() }
  },
}

/** The address of the tiles of some layers. The revision in it makes caches let go of old tiles. */
export function tilesURL(layers: string[], revision: number): string {
  return `${base()}tiles/${layers.map(seg).join(',')}/{z}/{x}/{y}.mvt?v=${revision}`
}
