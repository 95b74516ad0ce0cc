import { Problem, type ProblemDocument, Unreachable } from './problem'

const ROOT = '/api/v1'

type Query = Record<string, string | number | boolean | null | undefined>

export interface RequestOptions {
  query?: Query
  /** Sent as JSON, unless it is a form or a file. */
  body?: unknown
  signal?: AbortSignal | undefined
  /** Makes a creating POST safe to repeat. */
  idempotencyKey?: string
  /** Lets the request outlive the page (bodies under 64 KiB). */
  keepalive?: boolean
}

/** What the app wants to know of every answer; set once, by the app. */
export interface Listener {
  /** The session has ended; not called where being signed out is an ordinary answer. */
  signedOut: () => void
  /** Nothing can be written for about so many seconds; 0: it can. */
  readOnly: (seconds: number) => void
}

let listener: Listener = { signedOut: () => undefined, readOnly: () => undefined }

export function listen(to: Listener): void {
  listener = to
}

/** A key for one act of creating; keep it while repeating the same act. */
export function idempotencyKey(): string {
  // Not randomUUID, which a school that is served over plain HTTP in its own network does not have.
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function url(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return ROOT + path + (search && `?${search}`)
}

/** Path segments made safe; ids come from addresses that anyone can type. */
export function path(strings: TemplateStringsArray, ...values: (string | number)[]): string {
  return String.raw({ raw: strings.raw }, ...values.map((value) => encodeURIComponent(value)))
}

/**
 * Asks the server, and answers what it says; `undefined` for 204.
 *
 * @throws Problem, Unreachable, or the signal's reason when aborted.
 */
export async function request<T>(method: string, to: string, options: RequestOptions = {}): Promise<T> {
  const response = await ask(method, to, options, 'application/json')
  return (response.status === 204 ? undefined : await response.json()) as T
}

/** A file whose headers tell more than its content, which the browser would keep to itself. Throws as `request`. */
export async function download(to: string, options: RequestOptions = {}): Promise<{ file: Blob; headers: Headers }> {
  const response = await ask('GET', to, options, '*/*')
  return { file: await response.blob(), headers: response.headers }
}

async function ask(method: string, to: string, options: RequestOptions, accept: string): Promise<Response> {
  const { body, query, signal, keepalive } = options
  const raw = body instanceof FormData || body instanceof Blob
  const headers = new Headers({ Accept: accept })
  if (body !== undefined && !raw) headers.set('Content-Type', 'application/json')
  if (options.idempotencyKey) headers.set('Idempotency-Key', options.idempotencyKey)

  let response: Response
  try {
    response = await fetch(url(to, query), {
      method,
      headers,
      credentials: 'same-origin',
      signal: signal ?? null,
      keepalive: keepalive ?? false,
      body: body === undefined ? null : raw ? body : JSON.stringify(body),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new Unreachable()
  }
  // One that was stored may tell of the past.
  if (response.headers.get('Cache-Control')?.includes('no-store')) {
    listener.readOnly(response.headers.has('Banyan-Mode') ? 30 : 0)
  }
  if (!response.ok) throw report(response.status, await document(response), response.headers.get('Retry-After'))
  return response
}

export interface Upload {
  /** The file itself, or a form that holds it. */
  file: Blob | FormData
  query?: Query
  /** Hears 0 to 1. */
  progress?: (fraction: number) => void
  signal?: AbortSignal | undefined
}

/** Sends a file and tells how far it is, which fetch cannot do. Throws as `request`. */
export function upload<T>(to: string, { file, query, progress, signal }: Upload): Promise<T> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest()
    call.open('POST', url(to, query))
    call.responseType = 'json'
    call.setRequestHeader('Accept', 'application/json')
    if (file instanceof Blob) call.setRequestHeader('Content-Type', file.type || 'application/octet-stream')
    call.upload.onprogress = ({ loaded, total }) => progress?.(total ? loaded / total : 0)
    call.onload = () => {
      if (call.status >= 200 && call.status < 300) resolve(call.response as T)
      else reject(report(call.status, (call.response ?? {}) as ProblemDocument, call.getResponseHeader('Retry-After')))
    }
    call.onerror = () => reject(new Unreachable())
    call.onabort = () => reject(new DOMException('Cancelled', 'AbortError'))
    signal?.addEventListener('abort', () => call.abort(), { once: true })
    call.send(file)
  })
}

async function document(response: Response): Promise<ProblemDocument> {
  try {
    return (await response.json()) as ProblemDocument
  } catch {
    // A proxy in between answers in HTML; the status says enough.
    return {}
  }
}

function report(status: number, body: ProblemDocument, retryAfter: string | null): Problem {
  const seconds = retryAfter === null ? null : Number.parseInt(retryAfter, 10) || null
  const problem = new Problem(status, body, seconds)
  if (status === 401) listener.signedOut()
  if (status === 503) listener.readOnly(seconds ?? 30)
  return problem
}
