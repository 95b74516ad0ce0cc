import type { Attempt, Counts, QuestionKind } from './attempts'
import { idempotencyKey, path, request } from './client'
import type { QuestionDifficulty } from './questions'
import type { Id, List, Person, Time } from './types'

/** Tests as their teachers write them: settings, sections, questions and draws, and more time for those who need it. */

export type Told = 'at_once' | 'after_close' | 'never'

export interface Settings {
  /** Markdown, shown before the start. */
  description: string
  time_limit_seconds: number | null
  opens_at: Time | null
  closes_at: Time | null
  /** Null for as many as one likes. */
  attempts: number | null
  counts: Counts
  pass_percent: number | null
  page: 'one' | 'all'
  go_back: boolean
  shuffle: boolean
  access_code: string | null
  show_score: Told
  show_answers: Told
  show_feedback: Told
  grade_blind: boolean
}

/** So many questions at random: of this category or below, with all of these tags, of this difficulty. */
export interface DrawRule {
  count: number
  category_id?: Id | null
  tags?: string[]
  difficulty?: QuestionDifficulty | null
}

/** Either one question, or a draw. */
export interface TestEntry {
  id: string
  question_id?: Id | null
  /** Null for the newest when the test is published. */
  version?: number | null
  draw?: DrawRule | null
  /** What it counts, or each one drawn; null for what the bank says. */
  points?: number | null
}

export interface TestSection {
  id: string
  title: string
  /** Markdown, before its questions. */
  text: string
  shuffle: boolean
  entries: TestEntry[]
}

/** A question that a test names, in the version that it would be asked in now. */
export interface FixedQuestion {
  id: Id
  title: string
  kind: QuestionKind
  points: number
  version: number
  archived: boolean
}

/** A test as its staff write it. */
export interface Test {
  id: Id
  course_id: Id
  title: string
  version: number
  settings: Settings
  sections: TestSection[]
  /** The one that learners take; null before the first. */
  revision: number | null
  published_at: Time | null
  /** Publishing now would give learners another test. */
  differs: boolean
  /** Those that the entries name. */
  questions: FixedQuestion[]
  /** How many there are for each draw, by the id of its entry, and how many of them it gives beside the other draws. */
  drawable: { entry_id: string; available: number; gives: number }[]
}

export interface TestRevision {
  number: number
  created_at: Time
  author: Person
  note: string
  title: string
  /** Of an attempt. */
  questions: number
}

/** What someone has more than the others; dates are null where everyone's are theirs. */
export interface Accommodation {
  account: Person
  extra_percent: number
  extra_minutes: number
  extra_attempts: number
  opens_at: Time | null
  closes_at: Time | null
}

export type Allowance = Omit<Accommodation, 'account'>

export const createTest = (course: Id, title: string, module: Id, key: string) =>
  request<Test>('POST', path`/courses/${course}/tests`, { body: { title, module_id: module }, idempotencyKey: key })

export interface TestChange {
  title?: string | undefined
  settings?: Settings | undefined
  sections?: TestSection[] | undefined
}

export const changeTest = (id: Id, version: number, change: TestChange) =>
  request<Test>('PATCH', path`/tests/${id}`, { body: { version, ...change } })

export const copyTest = (id: Id, title: string) =>
  request<Test>('POST', path`/tests/${id}/copies`, { body: { title }, idempotencyKey: idempotencyKey() })

export const publishTest = (id: Id, note: string, key: string) =>
  request<TestRevision>('POST', path`/tests/${id}/revisions`, { body: note ? { note } : {}, idempotencyKey: key })

export const testRevisions = (id: Id, after?: string, signal?: AbortSignal) =>
  request<List<TestRevision>>('GET', path`/tests/${id}/revisions`, { query: { after }, signal })

/** Takes the test as it is written now, as its learners would; it counts for nothing. */
export const previewTest = (id: Id) => request<Attempt>('POST', path`/tests/${id}/previews`, { body: {} })

export const accommodations = (test: Id, after?: string, signal?: AbortSignal) =>
  request<List<Accommodation>>('GET', path`/tests/${test}/accommodations`, { query: { after }, signal })

/** In place of what they had; it holds at once. */
export const accommodate = (test: Id, account: Id, allowance: Allowance) =>
  request<Accommodation>('PUT', path`/tests/${test}/accommodations/${account}`, { body: allowance })

export const withdrawAccommodation = (test: Id, account: Id) =>
  request<undefined>('DELETE', path`/tests/${test}/accommodations/${account}`)
