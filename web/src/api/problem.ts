/**
 * What can go wrong between the browser and Banyan:
 *
 *     Error
 *      ├─ Problem       the server answered with a problem document (RFC 9457)
 *      └─ Unreachable   no answer: no network, or the server is away
 */

export interface FieldProblem {
  /** RFC 6901, such as `/title`. */
  pointer: string
  detail: string
}

export interface ProblemDocument {
  title?: string
  code?: string
  detail?: string
  request_id?: string
  errors?: FieldProblem[]
  /** With `stale_edit`: the thing as it is now. */
  current?: unknown
}

export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly requestId: string | null
  readonly fields: FieldProblem[]
  readonly current: unknown
  /** Seconds, where the server said when to try again. */
  readonly retryAfter: number | null

  constructor(status: number, document: ProblemDocument, retryAfter: number | null = null) {
    super(document.title ?? String(status))
    this.status = status
    this.code = document.code ?? 'unknown'
    this.detail = document.detail ?? document.title ?? ''
    this.requestId = document.request_id ?? null
    this.fields = document.errors ?? []
    this.current = document.current
    this.retryAfter = retryAfter
  }
}

export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

/** Whether `error` is the problem `code`, such as `course_full`. */
export function isProblem(error: unknown, code: string): error is Problem {
  return error instanceof Problem && error.code === code
}

/** What the server said about one field of a form, or nothing. */
export function fieldProblem(error: unknown, field: string): string | undefined {
  if (!(error instanceof Problem)) return undefined
  return error.fields.find(({ pointer }) => pointer === `/${field}`)?.detail
}
