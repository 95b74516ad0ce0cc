import { idempotencyKey, path, request } from './client'
import type { Class, ClassMember, Id, List } from './types'

/** The classes of a course, and who is in them. */

export const classes = (course: Id, after?: string, signal?: AbortSignal) =>
  request<List<Class>>('GET', path`/courses/${course}/classes`, { query: { after }, signal })

export type NewClass = Pick<Class, 'name' | 'description' | 'admission' | 'groups_by'>

export const createClass = (course: Id, made: NewClass, key: string) =>
  request<Class>('POST', path`/courses/${course}/classes`, { body: made, idempotencyKey: key })

export const oneClass = (id: Id, signal?: AbortSignal) => request<Class>('GET', path`/classes/${id}`, { signal })

export type ClassChange = Partial<NewClass & Pick<Class, 'state'>>

export const changeClass = (id: Id, version: number, change: ClassChange) =>
  request<Class>('PATCH', path`/classes/${id}`, { body: { version, ...change } })

export const classMembers = (id: Id, q: string, after?: string, signal?: AbortSignal) =>
  request<List<ClassMember>>('GET', path`/classes/${id}/members`, { query: { q, after }, signal })

export const addToClass = (id: Id, accounts: Id[]) =>
  request<{ added: number }>('POST', path`/classes/${id}/members`, {
    body: { accounts },
    idempotencyKey: idempotencyKey(),
  })

export const removeFromClass = (id: Id, account: Id) =>
  request<undefined>('DELETE', path`/classes/${id}/members/${account}`)
