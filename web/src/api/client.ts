// The one door to the server. Each call is one function with typed input and output,
// so that a client generated from the server's OpenAPI document can take its place.
import type {
  Advice, CameraChoices, CameraParams, CameraSection, Candidates, Change, Extent, FeaturePage, FullFeature, Layers, LonLat, Profiles, RadioChoices, RadioParams, Run, Section, WalkParams, Why, Workspace,
} from './types'
import type { Evidence, JudgeRequest, Judgement, KeptJudgement, ReportFormat, Standard } from './judgement'
import { answerOf, base, call as plainCall, fileNameOf, post as plainPost, seg, sent } from './transport'

export { ServerError } from './transport'

/** An address with the scenario that is read. */
function scoped(path: string, scenario: string): string {
  return scenario ? `${path}${path.includes('?') ? '&' : '?'}scenario=${seg(scenario)}` : path
}

const place = (at: LonLat) => `lon=${at[0].toFixed(7)}&lat=${at[1].toFixed(7)}`

/** The calls, with everything read as a scenario makes it; an empty id is the base. */
export function apiOf(scenario: () => string) {
  const call: typeof plainCall = (path, init) => plainCall(scoped(path, scenario()), init)
  const post: typeof plainPost = (path, body, signal) => plainPost(scoped(path, scenario()), body, signal)

  const api = {
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
     * A feature, or null where the layer holds none of that id, without an error: pages go
     * on after an id, so the page that starts at this one is asked for.
     */
    maybe: async (layer: string, id: string): Promise<FullFeature | null> => {
      const last = id.codePointAt(id.length - 1) ?? 1
      const before = id.slice(0, -1) + String.fromCodePoint(last - 1) + '\u{10FFFF}'
      const page = await api.features(layer, { limit: 1, after: before })
      return page.features[0]?.id === id ? page.features[0] : null
    },
    holds: async (layer: string, id: string): Promise<boolean> => (await api.maybe(layer, id)) !== null,

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
      await answerOf('api/evidence', sent('POST', given, signal))
    },

    /** A kept judgement as a file. */
    report: async (of: { profile: string; community: string; format: ReportFormat; lang: string }, signal?: AbortSignal) => {
      const response = await answerOf(scoped(`api/judgements/report?${new URLSearchParams(of)}`, scenario()), { signal })
      return { name: fileNameOf(response) || `judgement.${of.format}`, data: await response.blob() }
    },
  }
  return api
}

export type Api = ReturnType<typeof apiOf>

let reading = ''
/** The scenario that the page reads; empty for the base. */
export const readingOf = () => reading
export function read(scenario: string): void {
  reading = scenario
}

export const api = apiOf(readingOf)

/** The address of the tiles of some layers. The version in it makes caches let go of old tiles. */
export function tilesURL(layers: string[], version: string | number, scenario = ''): string {
  return scoped(`${base()}tiles/${layers.map(seg).join(',')}/{z}/{x}/{y}.mvt?v=${version}`, scenario)
}
