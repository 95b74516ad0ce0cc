import type { AttemptState, Question } from './attempts'
import { path, request, url } from './client'
import type { Id, List, Person, Time } from './types'

/** What teachers see of attempts: results, statistics, how a test goes at this moment, and the gradebook of a course. */

export type Standing = 'not_begun' | AttemptState
export type ResultSort = 'name' | 'score' | '-score'

export interface AttemptLine {
  id: Id
  number: number
  state: AttemptState
  points: number | null
  max_points: number
  percent: number | null
  /** It is the one, or one of those, that the result is made of. */
  counts: boolean
  started_at: Time
  deadline_at: Time | null
  submitted_at: Time | null
  /** That it took. */
  seconds: number | null
}

/** What a learner has reached in a test. */
export interface TestResult {
  learner: Person
  enrolled: boolean
  /** Of the newest attempt. */
  state: Standing
  percent: number | null
  points: number | null
  max_points: number | null
  passed: boolean | null
  seconds: number | null
  /** The oldest first. */
  attempts: AttemptLine[]
}

/** So many have a percent from `low` to under `high`. */
export interface Bar {
  low: number
  high: number
  count: number
}

export interface Histogram {
  /** With a result. */
  learners: number
  bars: Bar[]
  mean: number | null
  median: number | null
  deviation: number | null
  lowest: number | null
  highest: number | null
  /** Null without a pass mark. */
  passed: number | null
  /** Of the newest revision that was taken. */
  pass_percent: number | null
  /** That attempts took, of all that were handed in. */
  median_seconds: number | null
}

/** So many gave this; a null `value` stands for all that is not listed. */
export interface Given {
  /** The pair or gap that it was given for. */
  part: string | null
  value: string | null
  count: number
  right: boolean | null
}

/** How a question did in a test. */
export interface QuestionStatistics {
  question: Question
  title: string
  points: number
  /** In which it is graded. */
  attempts: number
  /** For a grader. */
  waiting: number
  unanswered: number
  /** The mean share of its points. */
  facility: number | null
  /** The corrected item-total correlation. */
  discrimination: number | null
  distribution: Given[]
}

export type TakerState = 'answering' | 'idle' | 'submitted' | 'graded'
export type Doing = 'answering' | 'idle' | 'submitted'

/** Someone who has begun, at their newest attempt. */
export interface Taker {
  attempt_id: Id
  learner: Person
  number: number
  state: TakerState
  answered: number
  questions: number
  started_at: Time
  deadline_at: Time | null
  seconds_left: number | null
  seen_at: Time
  submitted_at: Time | null
}

/** How a test goes; counts are of learners. */
export interface Live extends List<Taker> {
  now: Time
  questions: number
  enrolled: number
  not_begun: number
  begun: number
  answering: number
  idle: number
  submitted: number
}

export interface BookTest {
  id: Id
  title: string
  weight: number
  pass_percent: number | null
}

/** Someone has written another result than the attempts say. */
export interface Override {
  percent: number
  reason: string
  author: Person
  at: Time
  instead_of: number | null
}

/** A learner in a test. */
export interface Cell {
  percent: number | null
  passed: boolean | null
  state: Standing
  attempts: number
  override: Override | null
}

export interface BookLine {
  learner: Person
  total: number | null
  cells: Record<Id, Cell>
}

/** What a test without a result counts in the total. */
export type Missing = 'left_out' | 'zero'

/** A page of a gradebook. */
export interface Book extends List<BookLine> {
  /** Of the weights. */
  version: number
  missing: Missing
  tests: BookTest[]
}

export interface Weights {
  version: number
  missing: Missing
  /** Tests that are left out weigh 1. */
  weights: Record<Id, number>
}

export interface ResultFilter {
  q: string
  sort: ResultSort
  /** All, if not given. */
  state?: Standing | undefined
}

export const results = (test: Id, filter: ResultFilter, page: { after?: string | undefined; limit?: number }, signal?: AbortSignal) =>
  request<List<TestResult>>('GET', path`/tests/${test}/results`, { query: { ...filter, ...page }, signal })

/** Where the results of everyone are, as a table for a spreadsheet. */
export const resultsFile = (test: Id) => url(path`/tests/${test}/results`, { format: 'csv' })

export const histogram = (test: Id, signal?: AbortSignal) =>
  request<Histogram>('GET', path`/tests/${test}/results/histogram`, { signal })

export const questionStatistics = (test: Id, signal?: AbortSignal) =>
  request<List<QuestionStatistics>>('GET', path`/tests/${test}/results/questions`, { signal })

export interface LiveFilter {
  q?: string
  state?: Doing | null
  after?: string | undefined
  limit?: number
}

export const live = (test: Id, filter: LiveFilter, signal?: AbortSignal) =>
  request<Live>('GET', path`/tests/${test}/live`, { query: { ...filter }, signal })

export const gradebook = (course: Id, q: string, after?: string, signal?: AbortSignal) =>
  request<Book>('GET', path`/courses/${course}/gradebook`, { query: { q, after }, signal })

/** Where all of the gradebook is, as a table for a spreadsheet. */
export const gradebookFile = (course: Id) => url(path`/courses/${course}/gradebook`, { format: 'csv' })

export const setWeights = (course: Id, weights: Weights) =>
  request<Weights>('PUT', path`/courses/${course}/gradebook/weights`, { body: weights })

export const setOverride = (course: Id, account: Id, test: Id, override: Pick<Override, 'percent' | 'reason'>) =>
  request<Cell>('PUT', path`/courses/${course}/gradebook/${account}/${test}`, { body: override })

/** What the attempts say counts again. */
export const withdrawOverride = (course: Id, account: Id, test: Id) =>
  request<undefined>('DELETE', path`/courses/${course}/gradebook/${account}/${test}`)
