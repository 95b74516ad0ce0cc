import type { Question, QuestionKind } from './attempts'
import type { Body } from './bodies'
import { download, path, request, upload } from './client'
import type { FieldProblem } from './problem'
import type { Id, List, Person, Time, Warning } from './types'

/** Banks of questions: questions and their versions, categories, files that come in and go out. */

export type { QuestionKind } from './attempts'
export type QuestionDifficulty = 'easy' | 'medium' | 'hard'
export type QuestionFormat = 'gift' | 'moodle_xml' | 'csv' | 'aiken'

/** How a question did in the tests that have told: the mean share of its points, and how far it goes with the rest. */
export interface QuestionStatistics {
  attempts: number
  facility: number | null
  discrimination: number | null
}

export interface BankQuestion {
  id: Id
  course_id: Id
  category: { id: Id; path: string[] } | null
  title: string
  kind: QuestionKind
  points: number
  penalty: number
  difficulty: QuestionDifficulty | null
  tags: string[]
  code: string
  body: Body
  version: number
  shared: boolean
  archived: boolean
  created_at: Time
  changed_at: Time
  /** How many tests have it. */
  uses: number
  statistics: QuestionStatistics | null
  /** Its text as learners see it; not in lists. */
  html?: string
}

export interface QuestionFilters {
  q?: string
  kind?: QuestionKind | undefined
  /** The questions in it and below it. */
  category?: Id | undefined
  tag?: string | undefined
  difficulty?: QuestionDifficulty | undefined
  /** Those that the school's teachers share, instead of the course's own. */
  shared?: boolean
  archived?: boolean
}

export const questions = (course: Id, filters: QuestionFilters, after?: string, signal?: AbortSignal) =>
  request<List<BankQuestion>>('GET', path`/courses/${course}/questions`, { query: { ...filters, after }, signal })

export const question = (id: Id, signal?: AbortSignal) => request<BankQuestion>('GET', path`/questions/${id}`, { signal })

export interface QuestionFields {
  body: Body
  title: string
  points: number
  penalty: number
  difficulty: QuestionDifficulty | null
  tags: string[]
  category_id: Id | null
  code: string
}

export type NewQuestion = Pick<QuestionFields, 'body'> & Partial<QuestionFields>

export const createQuestion = (course: Id, made: NewQuestion, key: string) =>
  request<BankQuestion>('POST', path`/courses/${course}/questions`, { body: made, idempotencyKey: key })

export const changeQuestion = (id: Id, version: number, change: Partial<QuestionFields>) =>
  request<BankQuestion>('PATCH', path`/questions/${id}`, { body: { version, ...change } })

export const archiveQuestion = (id: Id) => request<undefined>('DELETE', path`/questions/${id}`)

export const restoreQuestion = (id: Id) => request<undefined>('POST', path`/questions/${id}/restoration`)

/** The question, with the files that it shows, in another course's bank; or once more in its own. */
export const copyQuestion = (id: Id, to: Id, category: Id | null, key: string) =>
  request<BankQuestion>('POST', path`/questions/${id}/copies`, {
    body: { course_id: to, category_id: category },
    idempotencyKey: key,
  })

/** A question as its takers would see it, what is odd in its texts, and why the bank would not take it as it is. */
export interface QuestionPreview {
  question: Question
  warnings: Warning[]
  faults: FieldProblem[]
}

export const previewQuestion = (course: Id, body: Body, points: number, signal?: AbortSignal) =>
  request<QuestionPreview>('POST', path`/courses/${course}/questions/previews`, { body: { body, points }, signal })

export interface QuestionVersion {
  number: number
  title: string
  points: number
  penalty: number
  body: Body
  author: Person
  created_at: Time
}

export const questionVersions = (id: Id, after?: string, signal?: AbortSignal) =>
  request<List<QuestionVersion>>('GET', path`/questions/${id}/versions`, { query: { after }, signal })

export const restoreQuestionVersion = (id: Id, number: number) =>
  request<BankQuestion>('POST', path`/questions/${id}/versions/${number}/restoration`)

export interface QuestionCategory {
  id: Id
  course_id: Id
  parent_id: Id | null
  name: string
  path: string[]
  shared: boolean
  position: number
  /** In it, without those below it and those archived. */
  questions: number
  version: number
}

/** All of them, each behind the one that it is in. */
export const questionCategories = (course: Id, signal?: AbortSignal) =>
  request<List<QuestionCategory>>('GET', path`/courses/${course}/question-categories`, { signal })

export type NewCategory = Pick<QuestionCategory, 'name' | 'parent_id'> & Partial<Pick<QuestionCategory, 'shared'>>

export const createCategory = (course: Id, made: NewCategory, key: string) =>
  request<QuestionCategory>('POST', path`/courses/${course}/question-categories`, { body: made, idempotencyKey: key })

export type CategoryChange = Partial<Pick<QuestionCategory, 'name' | 'parent_id' | 'position' | 'shared'>>

export const changeCategory = (id: Id, version: number, change: CategoryChange) =>
  request<QuestionCategory>('PATCH', path`/question-categories/${id}`, { body: { version, ...change } })

export const deleteCategory = (id: Id) => request<undefined>('DELETE', path`/question-categories/${id}`)

/** A question as a file has it; it has an id once it is in the bank, its category too. */
export interface FoundQuestion {
  id: Id | null
  line: number
  title: string
  kind: string
  points: number
  penalty: number
  difficulty: QuestionDifficulty | null
  tags: string[]
  code: string
  category: { id: Id | null; path: string[] } | null
  body: Body
}

export interface ImportProblem {
  line: number
  severity: 'error' | 'warning'
  code: string
  detail: string
  /** Its title or first words; empty where it is about the file. */
  question?: string
}

/** At most a thousand questions, and a thousand problems. */
export interface ImportedQuestions {
  questions: FoundQuestion[]
  problems: ImportProblem[]
  created: number
}

export interface QuestionImport {
  file: File
  format: QuestionFormat | 'auto'
  /** Nothing is kept. */
  preview: boolean
  category?: Id | null
}

export function importQuestions(
  course: Id,
  { file, format, preview, category }: QuestionImport,
  progress: (fraction: number) => void,
  signal?: AbortSignal,
): Promise<ImportedQuestions> {
  const form = new FormData()
  form.set('file', file)
  form.set('format', format)
  form.set('preview', String(preview))
  if (category) form.set('category_id', category)
  return upload<ImportedQuestions>(path`/courses/${course}/questions/imports`, { file: form, progress, signal })
}

/** The bank, or a category and what is below it, as a file; and how many questions the format cannot hold. */
export async function exportQuestions(course: Id, format: QuestionFormat, category: Id | null, signal?: AbortSignal) {
  const { headers, file } = await download(path`/courses/${course}/questions/export`, { query: { format, category }, signal })
  return { file, leftOut: Number(headers.get('banyan-left-out') ?? 0) }
}
