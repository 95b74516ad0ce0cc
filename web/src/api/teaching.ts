import { idempotencyKey, path, request, upload, url } from './client'
import type {
  Change,
  Course,
  CourseCard,
  CourseState,
  Difficulty,
  DraftCourse,
  DraftItem,
  EnrolmentRule,
  File,
  Id,
  Imported,
  List,
  Module,
  Preview,
  Revision,
  Time,
  WrittenKind,
} from './types'

/** What teachers do with courses. */

type Sending = (fraction: number) => void

export const taught = (after?: string, signal?: AbortSignal) =>
  request<List<CourseCard>>('GET', '/courses', { query: { teaching: true, after }, signal })

export interface NewCourse {
  title: string
  language: string
}

export const createCourse = (course: NewCourse, key: string) =>
  request<Course>('POST', '/courses', { body: course, idempotencyKey: key })

export const copyCourse = (id: Id, title: string) =>
  request<Course>('POST', path`/courses/${id}/copies`, { body: { title }, idempotencyKey: idempotencyKey() })

export function importCourse(zip: Blob, progress: Sending, signal: AbortSignal): Promise<Imported> {
  const form = new FormData()
  form.set('file', zip)
  return upload<Imported>('/courses/imports', { file: form, progress, signal })
}

/** Where the browser downloads the course from. */
export const exportUrl = (id: Id) => url(path`/courses/${id}/export`)

export const draft = (id: Id, signal?: AbortSignal) =>
  request<DraftCourse>('GET', path`/courses/${id}`, { query: { draft: true }, signal })

export interface CourseChange {
  title?: string
  summary?: string
  cover_id?: Id | null
  category?: string
  difficulty?: Difficulty | null
  language?: string
  enrolment?: EnrolmentRule
  enrolment_code?: string | null
  places?: number | null
  state?: CourseState
}

export const changeCourse = (id: Id, version: number, change: CourseChange) =>
  request<DraftCourse>('PATCH', path`/courses/${id}`, { body: { version, ...change } })

export const deleteCourse = (id: Id) => request<undefined>('DELETE', path`/courses/${id}`)

export const restoreCourse = (id: Id) => request<unknown>('POST', path`/courses/${id}/restoration`)

export const addModule = (course: Id, title: string) =>
  request<Module>('POST', path`/courses/${course}/modules`, { body: { title }, idempotencyKey: idempotencyKey() })

export const renameModule = (id: Id, version: number, title: string) =>
  request<Module>('PATCH', path`/modules/${id}`, { body: { version, title } })

export const deleteModule = (id: Id) => request<undefined>('DELETE', path`/modules/${id}`)

export const restoreModule = (id: Id) => request<unknown>('POST', path`/modules/${id}/restoration`)

export interface NewItem {
  kind: WrittenKind
  title: string
  url?: string
  file_id?: Id
}

export const addItem = (module: Id, item: NewItem) =>
  request<DraftItem>('POST', path`/modules/${module}/items`, { body: item, idempotencyKey: idempotencyKey() })

export const draftItem = (course: Id, item: Id, signal?: AbortSignal) =>
  request<DraftItem>('GET', path`/courses/${course}/items/${item}`, { query: { draft: true }, signal })

export interface ItemChange {
  title?: string
  source?: string
  url?: string | null
  file_id?: Id | null
  release_at?: Time | null
  due_at?: Time | null
}

export const changeItem = (id: Id, version: number, change: ItemChange) =>
  request<DraftItem>('PATCH', path`/items/${id}`, { body: { version, ...change } })

export const deleteItem = (id: Id) => request<undefined>('DELETE', path`/items/${id}`)

export const restoreItem = (id: Id) => request<unknown>('POST', path`/items/${id}/restoration`)

export interface Order {
  id: Id
  items: Id[]
}

export const arrange = (course: Id, version: number, modules: Order[]) =>
  request<unknown>('PUT', path`/courses/${course}/outline`, { body: { version, modules } })

export const preview = (course: Id, source: string, signal?: AbortSignal) =>
  request<Preview>('POST', path`/courses/${course}/previews`, { body: { source }, signal })

export const changes = (course: Id, revision?: number, signal?: AbortSignal) =>
  request<List<Change> & { since: number | null }>('GET', path`/courses/${course}/changes`, {
    query: { revision },
    signal,
  })

export const revisions = (course: Id, after?: string, signal?: AbortSignal) =>
  request<List<Revision>>('GET', path`/courses/${course}/revisions`, { query: { after }, signal })

export const publish = (course: Id, note: string, key: string) =>
  request<Revision>('POST', path`/courses/${course}/revisions`, { body: note ? { note } : {}, idempotencyKey: key })

export const restoreRevision = (course: Id, number: number) =>
  request<undefined>('POST', path`/courses/${course}/revisions/${number}/restoration`)

export const uploadFile = (course: Id, file: globalThis.File, progress: Sending, signal: AbortSignal) =>
  upload<File>('/files', { file, query: { course, name: file.name }, progress, signal })
