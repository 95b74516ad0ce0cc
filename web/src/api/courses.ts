import { idempotencyKey, path, request } from './client'
import type { Course, CourseCard, Enrolment, Facets, ItemPage, ItemState, List, Moment, Progress } from './types'

export interface CatalogueFilter {
  q?: string | undefined
  category?: string | undefined
  difficulty?: string | undefined
  language?: string | undefined
  after?: string | undefined
  limit?: number
}

export const catalogue = (filter: CatalogueFilter, signal?: AbortSignal) =>
  request<List<CourseCard>>('GET', '/courses', { query: { ...filter }, signal })

export const facets = (signal?: AbortSignal) => request<Facets>('GET', '/courses/facets', { signal })

export const course = (id: string, signal?: AbortSignal) => request<Course>('GET', path`/courses/${id}`, { signal })

export const itemPage = (course: string, item: string, signal?: AbortSignal) =>
  request<ItemPage>('GET', path`/courses/${course}/items/${item}`, { signal })

export const enrol = (course: string, code?: string) =>
  request<Enrolment>('POST', path`/courses/${course}/enrolments`, {
    body: code ? { code } : {},
    idempotencyKey: idempotencyKey(),
  })

/** Enrols in the course that has this code. */
export const enrolByCode = (code: string) =>
  request<Enrolment>('POST', '/enrolments', { body: { code }, idempotencyKey: idempotencyKey() })

export const leave = (course: string) => request<undefined>('DELETE', path`/courses/${course}/enrolments/current`)

export const enrolments = (after?: string, signal?: AbortSignal) =>
  request<List<Enrolment>>('GET', '/enrolments', { query: { after }, signal })

export interface ProgressChange {
  state: ItemState
  place?: number
}

/** With `keepalive` the request outlives the page, so that leaving it loses nothing. */
export const saveProgress = (course: string, item: string, change: ProgressChange, keepalive = false) =>
  request<Progress>('PUT', path`/courses/${course}/items/${item}/progress`, { body: change, keepalive })

export const timeline = (from: string, until: string, signal?: AbortSignal) =>
  request<List<Moment>>('GET', '/timeline', { query: { from, until }, signal })
