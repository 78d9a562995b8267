// How the server is spoken to: JSON over fetch, and what it refuses as an error of its own.
import type { Fault, Text } from './types'
import type { EditConflict } from './scenario'

/** What is wrong with an attribute of a feature. */
export interface Problem {
  layer: string
  id: string
  field?: string
  value?: string
  message: Text
}

/** What the server refused, in the user's two languages, with what to do about it. */
export class ServerError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly text: Text,
    readonly fixes: Text[],
    /** What others made of the same features meanwhile. */
    readonly conflicts: EditConflict[] = [],
    /** What is wrong with single attributes. */
    readonly problems: Problem[] = [],
  ) {
    super(text.en)
    this.name = 'ServerError'
  }
}

/** The folder of the page, so that the app also works behind a path prefix. */
export const base = () => new URL('./', document.baseURI).href

const unreachable = new ServerError(0, 'unreachable',
  { zh: '连不上服务', en: 'The server does not answer' },
  [{ zh: '确认 yiju serve 正在运行，然后重试', en: 'Check that yiju serve is running, then try again' }])

export async function answerOf(path: string, init: RequestInit): Promise<Response> {
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

export async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  return (await (await answerOf(path, init)).json()) as T
}

async function refusal(response: Response): Promise<ServerError> {
  try {
    const fault = (await response.json()) as Partial<Fault> & { conflicts?: EditConflict[] | null; problems?: Problem[] | null }
    if (fault.message?.en) {
      return new ServerError(response.status, fault.code ?? '', fault.message, fault.fixes ?? [], fault.conflicts ?? [], fault.problems ?? [])
    }
  } catch {
    // Not one of the server's own answers: a proxy in between, most likely.
  }
  return new ServerError(response.status, 'unexpected',
    { zh: `服务返回了意外的应答（HTTP ${response.status}）`, en: `The server gave an unexpected answer (HTTP ${response.status})` },
    [{ zh: '稍后重试；若仍如此，请查看服务日志', en: 'Try again; if it stays so, look at the log of the server' }])
}

export const seg = encodeURIComponent

/** A body of JSON. */
export const sent = (method: string, body: unknown, signal?: AbortSignal): RequestInit => ({
  method, headers: { accept: 'application/json', 'content-type': 'application/json' }, body: JSON.stringify(body), signal,
})

export const post = <T>(path: string, body: unknown, signal?: AbortSignal) => call<T>(path, sent('POST', body, signal))

/** The name under which an answer wants to be kept, with letters of any language (RFC 5987). */
export function fileNameOf(response: Response): string {
  const header = response.headers.get('content-disposition') ?? ''
  const extended = /filename\*=UTF-8''([^;]+)/i.exec(header)
  return extended ? decodeURIComponent(extended[1]) : /filename="([^"]+)"/.exec(header)?.[1] ?? ''
}

/** Hands a file to the reader. */
export function save(name: string, data: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(data)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** Any error as one that can be shown. A fault of the app itself is named as such. */
export function asServerError(error: unknown): ServerError {
  if (error instanceof ServerError) return error
  console.error(error)
  return new ServerError(0, 'broken',
    { zh: '页面内部出错', en: 'The page itself failed' },
    [{ zh: '刷新页面', en: 'Reload the page' }])
}
