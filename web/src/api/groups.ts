import { idempotencyKey, path, request } from './client'
import type {
  ActiveState,
  Group,
  GroupAdmission,
  GroupEntry,
  GroupMember,
  GroupRole,
  Id,
  Invitation,
  List,
  MessageReport,
} from './types'

/** Study groups: which there are, who is in them, and keeping them in order. */

export const myGroups = (after?: string, signal?: AbortSignal) =>
  request<List<GroupEntry>>('GET', '/groups', { query: { after, limit: 100 }, signal })

export const groupsOf = (classId: Id, after?: string, signal?: AbortSignal) =>
  request<List<Group>>('GET', path`/classes/${classId}/groups`, { query: { after }, signal })

export interface NewGroup {
  name: string
  description: string
  admission: GroupAdmission
  places: number | null
}

export const createGroup = (classId: Id, group: NewGroup, key: string) =>
  request<Group>('POST', path`/classes/${classId}/groups`, { body: group, idempotencyKey: key })

export const group = (id: Id, signal?: AbortSignal) => request<Group>('GET', path`/groups/${id}`, { signal })

export type GroupChange = Partial<NewGroup & { state: ActiveState }>

export const changeGroup = (id: Id, version: number, change: GroupChange) =>
  request<Group>('PATCH', path`/groups/${id}`, { body: { version, ...change } })

export const members = (id: Id, q: string, after?: string, signal?: AbortSignal) =>
  request<List<GroupMember>>('GET', path`/groups/${id}/members`, { query: { q, after }, signal })

/** Those who have asked to be let in. */
export const requests = (id: Id, after?: string, signal?: AbortSignal) =>
  request<List<GroupMember>>('GET', path`/groups/${id}/members`, { query: { state: 'requested', after }, signal })

/** Joins, or asks to be let in; with the token of an invitation joins at once. */
export const join = (id: Id, invitation?: string) =>
  request<GroupMember>('POST', path`/groups/${id}/members`, {
    body: invitation === undefined ? {} : { invitation },
  })

/** Lets in one who has asked, or brings in one who has not. */
export const admit = (id: Id, account: Id) =>
  request<GroupMember>('POST', path`/groups/${id}/members`, { body: { account }, idempotencyKey: idempotencyKey() })

export const changeMember = (id: Id, account: Id, change: { role?: GroupRole; mute_minutes?: number }) =>
  request<GroupMember>('PATCH', path`/groups/${id}/members/${account}`, { body: change })

/** Takes one out, oneself too; turns down or withdraws a request. */
export const removeMember = (id: Id, account: Id) =>
  request<undefined>('DELETE', path`/groups/${id}/members/${account}`)

/** A new link; the one before is void. */
export const invite = (id: Id, days: number) =>
  request<Invitation>('POST', path`/groups/${id}/invitation`, { body: { days } })

export const revokeInvitation = (id: Id) => request<undefined>('DELETE', path`/groups/${id}/invitation`)

export const reports = (id: Id, state: MessageReport['state'] | undefined, after?: string, signal?: AbortSignal) =>
  request<List<MessageReport>>('GET', path`/groups/${id}/reports`, { query: { state, after }, signal })

/** An upheld report deletes its message. */
export const decide = (id: Id, report: Id, state: 'upheld' | 'dismissed') =>
  request<undefined>('PATCH', path`/groups/${id}/reports/${report}`, { body: { state } })
