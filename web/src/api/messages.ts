import { path, request, upload } from './client'
import type { File as StoredFile, Id, List, Message, MessagePage } from './types'

/** What is said in a study group. New messages go over the WebSocket (realtime/) and come back as events. */

export type Part = { before: number } | { after: number } | { around: number }

/** A part of a group's messages, oldest first; the newest unless told. */
export const messages = (group: Id, part?: Part, signal?: AbortSignal) =>
  request<MessagePage>('GET', path`/groups/${group}/messages`, { query: { ...part, limit: 50 }, signal })

export const findMessages = (group: Id, q: string, signal?: AbortSignal) =>
  request<MessagePage>('GET', path`/groups/${group}/messages`, { query: { q }, signal })

export const pins = (group: Id, signal?: AbortSignal) => request<List<Message>>('GET', path`/groups/${group}/pins`, { signal })

export const editMessage = (group: Id, seq: number, text: string) =>
  request<Message>('PATCH', path`/groups/${group}/messages/${seq}`, { body: { text } })

export const deleteMessage = (group: Id, seq: number) =>
  request<undefined>('DELETE', path`/groups/${group}/messages/${seq}`)

export const restoreMessage = (group: Id, seq: number) =>
  request<undefined>('POST', path`/groups/${group}/messages/${seq}/restoration`)

export const react = (group: Id, seq: number, emoji: string, on: boolean) =>
  request<undefined>(on ? 'PUT' : 'DELETE', path`/groups/${group}/messages/${seq}/reactions/${emoji}`)

export const pin = (group: Id, seq: number, on: boolean) =>
  request<undefined>(on ? 'PUT' : 'DELETE', path`/groups/${group}/messages/${seq}/pin`)

export const reportMessage = (group: Id, seq: number, reason: string) =>
  request<unknown>('POST', path`/groups/${group}/messages/${seq}/reports`, { body: { reason } })

/** Read up to there; it never goes back. */
export const moveMarker = (group: Id, seq: number) =>
  request<undefined>('PUT', path`/groups/${group}/marker`, { body: { seq }, keepalive: true })

/** A file that a message may bring. */
export const sendFile = (group: Id, file: File, progress: (fraction: number) => void, signal: AbortSignal) =>
  upload<StoredFile>(path`/groups/${group}/files`, { file, query: { name: file.name }, progress, signal })
