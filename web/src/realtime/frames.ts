import type { ProblemDocument } from '@/api/problem'
import type { Id } from '@/api/types'

/** What goes over the WebSocket, as docs/realtime.md says. */

export type RoomName = `group:${Id}` | `account:${Id}`

/** How far a room is. Another epoch: what one has of it is void. */
export interface Head {
  epoch: number
  seq: number
}

/** Who is in a room now; `accounts` is null where they are too many to name. */
export interface Presence {
  count: number
  accounts: readonly Id[] | null
}

export interface Joined extends Head {
  present: Presence
}

/** Something that must not be lost. What `data` holds is its type's affair. */
export interface RoomEvent {
  seq: number
  type: string
  data: unknown
}

/** Something that who is away misses. */
export interface Ephemeral {
  type: string
  data: unknown
}

export type ClientFrame =
  | { op: 'join'; room: RoomName; after?: number; epoch?: number }
  | { op: 'leave'; room: RoomName }
  | { op: 'send'; room: RoomName; key: string; type: string; data: object }
  | { op: 'typing'; room: RoomName }
  | { op: 'read'; room: RoomName; seq: number }
  | { op: 'ping' }

/** A problem, with the room and the key of the frame that it answers. */
export interface ErrorFrame extends ProblemDocument {
  op: 'error'
  status: number
  room?: RoomName
  key?: string
}

export type ServerFrame =
  | ({ op: 'joined'; room: RoomName } & Joined)
  | ({ op: 'event'; room: RoomName } & RoomEvent)
  | ({ op: 'ephemeral'; room: RoomName } & Ephemeral)
  | ({ op: 'resync'; room: RoomName } & Head)
  | { op: 'ack'; room: RoomName; key: string; seq: number }
  | ErrorFrame
  | { op: 'pong' }
