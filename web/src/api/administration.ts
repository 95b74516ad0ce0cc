import { idempotencyKey, path, request } from './client'
import type { Id, List, ManagedAccount, Role, School } from './types'

/** What those who run the school do. */

export type SchoolChange = Partial<Omit<School, 'id' | 'version'>>

export const changeSchool = (version: number, change: SchoolChange) =>
  request<School>('PATCH', '/school', { body: { version, ...change } })

export interface AccountFilter {
  q?: string | undefined
  role?: Role | undefined
}

export const accounts = (filter: AccountFilter, after?: string, signal?: AbortSignal) =>
  request<List<ManagedAccount>>('GET', '/accounts', { query: { ...filter, after }, signal })

export const changeAccount = (id: Id, change: { role?: Role; suspended?: boolean }) =>
  request<ManagedAccount>('PATCH', path`/accounts/${id}`, { body: change })

export const invite = (emails: string[], role: Role) =>
  request<{ invited: number; already: number }>('POST', '/accounts/invitations', {
    body: { emails, role },
    idempotencyKey: idempotencyKey(),
  })
