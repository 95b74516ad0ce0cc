import type { Group, GroupMember, Id, Message, Person, Time } from '@/api/types'

/** What happens in a group's room: docs/realtime.md, Events of a group. */

interface Done {
  author: Person
  at: Time
}

interface About extends Done {
  /** The message's. */
  seq: number
}

export type GroupEvent = { seq: number } & (
  | { type: 'message' | 'message_edited'; data: Message }
  | { type: 'message_deleted'; data: About }
  | { type: 'reaction'; data: About & { emoji: string; added: boolean } }
  | { type: 'pin'; data: About & { pinned: boolean } }
  | { type: 'member_joined' | 'member_changed'; data: Done & { member: GroupMember } }
  | { type: 'member_left'; data: Done & { account_id: Id; reason: 'left' | 'removed' } }
  | {
      type: 'group_changed'
      data: Done & { group: Pick<Group, 'id' | 'name' | 'description' | 'admission' | 'places' | 'state' | 'version'> }
    }
)
