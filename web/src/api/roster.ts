import { idempotencyKey, path, request } from './client'
import type { BatchResult, Id, List, Participant, StaffMember, StaffRole } from './types'

/** Who learns and who teaches in a course. */

export const people = (course: Id, q: string, after?: string, signal?: AbortSignal) =>
  request<List<Participant>>('GET', path`/courses/${course}/people`, { query: { q, after }, signal })

export const enrolAll = (course: Id, emails: string[]) =>
  request<BatchResult>('POST', path`/courses/${course}/enrolments/batch`, {
    body: { emails },
    idempotencyKey: idempotencyKey(),
  })

export const enrolFromCsv = (course: Id, csv: Blob, signal: AbortSignal) =>
  request<BatchResult>('POST', path`/courses/${course}/enrolments/batch`, {
    body: new Blob([csv], { type: 'text/csv' }),
    signal,
  })

export const unenrol = (course: Id, account: Id) =>
  request<undefined>('DELETE', path`/courses/${course}/enrolments/${account}`)

export const staff = (course: Id, signal?: AbortSignal) =>
  request<List<StaffMember>>('GET', path`/courses/${course}/staff`, { signal })

export const addStaff = (course: Id, email: string, role: StaffRole) =>
  request<unknown>('POST', path`/courses/${course}/staff`, {
    body: { email, role },
    idempotencyKey: idempotencyKey(),
  })

export const setStaff = (course: Id, account: Id, role: StaffRole) =>
  request<unknown>('PUT', path`/courses/${course}/staff/${account}`, { body: { role } })

export const removeStaff = (course: Id, account: Id) =>
  request<undefined>('DELETE', path`/courses/${course}/staff/${account}`)
