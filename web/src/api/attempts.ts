import { path, request, upload } from './client'
import type { Test } from './tests'
import type { File as StoredFile, Id, Time } from './types'

/** Tests as those see them who take them: what a test is, an attempt at it, and what came of it. */

export type QuestionKind =
  | 'single_choice'
  | 'multiple_choice'
  | 'true_false'
  | 'numerical'
  | 'short_answer'
  | 'matching'
  | 'ordering'
  | 'cloze'
  | 'essay'
  | 'file_upload'

export type AttemptState = 'running' | 'submitted' | 'graded'
export type Counts = 'best' | 'last' | 'first' | 'average'

/** Something to choose, to match or to put in order. */
export interface Part {
  id: string
  html: string
}

export interface Match {
  text: string
  html: string
}

export interface Gap {
  id: string
  kind: 'single_choice' | 'multiple_choice' | 'numerical' | 'short_answer'
  layout: 'menu' | 'list' | 'line'
  choices?: Part[]
  units?: string[]
  unit_required?: boolean
}

/** A question as its takers see it, with what its kind has. */
export interface Question {
  id: Id
  version: number
  kind: QuestionKind
  points: number
  html: string
  choices?: Part[]
  prompts?: Part[]
  matches?: Match[]
  items?: Part[]
  gaps?: Gap[]
  units?: string[]
  unit_required?: boolean
  least_words?: number
  most_words?: number | null
  files?: number
  template?: string
  most_files?: number
  endings?: string[]
}

/** An answer in the shape that the question's kind has (docs/api.md); null for none. */
export type Response = unknown

export interface OwnAttempt {
  id: Id
  number: number
  state: AttemptState
  started_at: Time
  deadline_at: Time | null
  submitted_at: Time | null
  percent: number | null
}

/** What a learner may know of a test before it begins. */
export interface TestCard {
  id: Id
  course_id: Id
  title: string
  html: string
  revision: number
  questions: number
  points: number | null
  opens_at: Time | null
  closes_at: Time | null
  time_limit_seconds: number | null
  attempts_allowed: number | null
  attempts_left: number | null
  pass_percent: number | null
  page: 'one' | 'all'
  go_back: boolean
  needs_code: boolean
  attempts: OwnAttempt[]
  may_start: boolean
  why_not: 'not_open_yet' | 'closed' | 'no_attempts_left' | null
  now: Time
}

export interface SavedAnswer {
  response: Response
  number: number
  flagged: boolean
  saved_at: Time
}

export interface TestRef {
  id: Id
  title: string
  course_id: Id
}

export interface Section {
  id: string
  title: string
  html: string
  questions: Question[]
}

/** How an attempt stands. */
export interface AttemptCard {
  id: Id
  number: number
  state: AttemptState
  preview: boolean
  started_at: Time
  deadline_at: Time | null
  submitted_at: Time | null
  now: Time
}

/** Everything that taking a test needs; `sections` are empty once it is closed. */
export interface Attempt extends AttemptCard {
  test: TestRef
  revision: number
  page: 'one' | 'all'
  go_back: boolean
  sections: Section[]
  answers: Record<Id, SavedAnswer>
  files: StoredFile[]
}

export interface AnswerSaved {
  number: number
  saved_at: Time
  now: Time
  deadline_at: Time | null
}

export interface Submitted {
  id: Id
  state: AttemptState
  submitted_at: Time
  score: number | null
  max_points: number | null
  now: Time
}

export type Verdict = 'right' | 'partly' | 'wrong' | 'unanswered' | 'ungraded'

/** What is told of a part of an answer: a choice, a pair, an item, a gap. */
export interface RevealedPart {
  id: string
  correct?: boolean | null
  feedback?: string
}

/** What is told of an answer; what is not to be known is left out. */
export interface Revealed {
  id: Id
  parts: RevealedPart[]
  verdict?: Verdict
  fraction?: number | null
  feedback?: string
  /** HTML, with the feedback. */
  hints?: string[]
  answer?: Response
  accepted?: string[]
}

/** A line of a rubric, and how far people say that it was met, from 0 to 1. */
export interface RubricResult {
  text: string
  share: number
  level: number | null
}

/** Another key, or that it counts for nobody, or in full for everyone. */
export type QuestionCorrection = 'key' | 'void' | 'full_marks'

export interface QuestionResult {
  question: Question
  response: Response
  revealed: Revealed
  /** What was done since about a question that was wrong. */
  correction?: QuestionCorrection | null
  points?: number | null
  comment?: string
  rubric?: RubricResult[]
}

export interface Result {
  attempt: AttemptCard
  test: TestRef
  score: number | null
  max_points: number | null
  percent: number | null
  passed: boolean | null
  needs_grading: number
  counts: Counts
  /** What the attempts come to, or what a teacher has set instead. */
  counted: number | null
  overridden: boolean
  told_at: Time | null
  questions: QuestionResult[] | null
  files: StoredFile[]
}

/** One's own result in a test, as far as the test tells it. */
export interface OwnGrade {
  id: Id
  title: string
  weight: number
  state: 'not_begun' | AttemptState
  attempts: number
  percent: number | null
  passed: boolean | null
  told: boolean
  overridden: boolean
}

export interface OwnGrades {
  /** Of those that are told. */
  total: number | null
  tests: OwnGrade[]
}

/** For the staff, how it is written. */
export const test = (id: Id, signal?: AbortSignal) => request<TestCard | Test>('GET', path`/tests/${id}`, { signal })

/** Begins an attempt, or goes on with the one that runs. */
export const startAttempt = (test: Id, code: string) =>
  request<Attempt>('POST', path`/tests/${test}/attempts`, { body: code ? { access_code: code } : {} })

export const attempt = (id: Id, signal?: AbortSignal) => request<Attempt>('GET', path`/attempts/${id}`, { signal })

export interface AnswerChange {
  response: Response
  number: number
  flagged: boolean
}

/** Answered when it is on disk. With `keepalive` it outlives the page. */
export const saveAnswer = (attempt: Id, question: Id, change: AnswerChange, options: { keepalive?: boolean; signal?: AbortSignal } = {}) =>
  request<AnswerSaved>('PUT', path`/attempts/${attempt}/answers/${question}`, { body: change, ...options })

export const submitAttempt = (id: Id) => request<Submitted>('POST', path`/attempts/${id}/submission`)

export const result = (attempt: Id, signal?: AbortSignal) => request<Result>('GET', path`/attempts/${attempt}/result`, { signal })

/** A file that the answer to a question may name. */
export const sendAttemptFile = (attempt: Id, question: Id, file: File, progress: (fraction: number) => void, signal: AbortSignal) =>
  upload<StoredFile>(path`/attempts/${attempt}/files`, { file, query: { name: file.name, question }, progress, signal })

export const ownGrades = (course: Id, signal?: AbortSignal) => request<OwnGrades>('GET', path`/courses/${course}/grades`, { signal })
