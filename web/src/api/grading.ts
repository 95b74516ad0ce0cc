import type { Question, QuestionCorrection, QuestionKind, Response, TestRef } from './attempts'
import type { Body, RubricLine } from './bodies'
import { path, request } from './client'
import type { File, Id, List, Person, Time } from './types'

/** Grading by people, and grading again after a key was wrong. */

export type { RubricLine } from './bodies'

/** A question that people grade, and how many responses to it wait for that. */
export interface GradingLine {
  id: Id
  title: string
  kind: QuestionKind
  points: number
  waiting: number
  graded: number
}

export interface Grading {
  /** Graders are not told whose answer they read. */
  blind: boolean
  questions: GradingLine[]
}

export type Wanted = 'waiting' | 'graded' | 'all'

/** A response to grade; one of `learner` and `pseudonym` is null. */
export interface GivenResponse {
  attempt_id: Id
  learner: Person | null
  pseudonym: string | null
  submitted_at: Time
  state: 'waiting' | 'graded'
  points: number | null
  graders: number
}

/** What one person says that a response is worth; of each line of the rubric, how much of it there is, 0 to 1. */
export interface Grade {
  grader: Person
  points: number
  comment: string
  rubric: Record<string, number>
  version: number
  at: Time
}

/** A response with all that grading it needs. */
export interface Sheet extends GivenResponse {
  test: TestRef
  question: Question
  /** The points that it can earn. */
  worth: number
  /** What was done since about a question that was wrong. */
  correction: QuestionCorrection | null
  response: Response
  /** Of an essay. */
  html: string | null
  files: File[]
  /** HTML. */
  for_graders: string
  rubric: RubricLine[]
  grades: Grade[]
  settlement: Grade | null
  /** That the learner gets. */
  comment: string
}

export interface GradeChange {
  /** Of the grade that it replaces; 0 for the first. */
  version: number
  points: number
  comment: string
  rubric: Record<string, number>
  /** What counts, whatever graders say. */
  settle: boolean
}

export const grading = (test: Id, signal?: AbortSignal) => request<Grading>('GET', path`/tests/${test}/grading`, { signal })

export interface ResponsePage {
  wanted: Wanted
  after?: string | undefined
  limit?: number
}

/** Those that were handed in first before the others. */
export const responses = (test: Id, question: Id, page: ResponsePage, signal?: AbortSignal) =>
  request<List<GivenResponse>>('GET', path`/tests/${test}/grading/${question}`, {
    query: { state: page.wanted, after: page.after, limit: page.limit },
    signal,
  })

export const sheet = (attempt: Id, question: Id, signal?: AbortSignal) =>
  request<Sheet>('GET', path`/attempts/${attempt}/grades/${question}`, { signal })

export const saveGrade = (attempt: Id, question: Id, change: GradeChange) =>
  request<Sheet>('PUT', path`/attempts/${attempt}/grades/${question}`, { body: change })

export const withdrawSettlement = (attempt: Id, question: Id) =>
  request<undefined>('DELETE', path`/attempts/${attempt}/grades/${question}/settlement`)

export type CorrectionKind = 'key' | 'void' | 'full_marks' | 'published'

/** Exactly one of `body`, `void` and `full_marks`; none of them: the key as it was published. */
export interface Correction {
  question_id: Id
  reason: string
  body?: Body
  void?: boolean
  full_marks?: boolean
}

/** A learner whose points a regrade changes. */
export interface RegradeChange {
  attempt_id: Id
  learner: Person
  before: number | null
  after: number
}

/** Means in percent, of the attempts that are graded. */
export interface RegradePreview {
  attempts: number
  changed: number
  raised: number
  lowered: number
  mean_before: number | null
  mean_after: number | null
  /** At most twenty, the largest differences first. */
  examples: RegradeChange[]
}

export interface Regrade {
  id: Id
  question: { id: Id; title: string }
  correction: CorrectionKind
  revisions: number[]
  reason: string
  author: Person
  created_at: Time
  state: 'waiting' | 'running' | 'done'
  attempts: number
  seen: number
  changed: number
  raised: number
  lowered: number
  finished_at: Time | null
}

/** What a correction would change; nothing is stored. */
export const previewRegrade = (test: Id, correction: Correction, signal?: AbortSignal) =>
  request<RegradePreview>('POST', path`/tests/${test}/regrades`, { body: { ...correction, dry_run: true }, signal })

export const beginRegrade = (test: Id, correction: Correction, key: string) =>
  request<Regrade>('POST', path`/tests/${test}/regrades`, { body: correction, idempotencyKey: key })

export const regrades = (test: Id, after?: string, signal?: AbortSignal) =>
  request<List<Regrade>>('GET', path`/tests/${test}/regrades`, { query: { after }, signal })

export const regrade = (test: Id, id: Id, signal?: AbortSignal) =>
  request<Regrade>('GET', path`/tests/${test}/regrades/${id}`, { signal })

export const regradeChanges = (test: Id, id: Id, after?: string, signal?: AbortSignal) =>
  request<List<RegradeChange>>('GET', path`/tests/${test}/regrades/${id}/changes`, { query: { after }, signal })
