import type { Id } from '@/api/types'
import { startSendingAnswers } from '@/features/attempts/leftovers'
import { followInbox } from '@/features/groups/following'
import { followNotifications } from '@/features/notifications/following'
import { startPost } from '@/features/messages/post'
import type { RoomName } from '@/realtime/frames'
import { connect, type RoomHandlers, rooms } from '@/realtime/room'

const groups = { join: (room: string, handlers: RoomHandlers) => rooms.join(room as RoomName, handlers) }

/** Everything that lives on the connection, for one account; the answer ends it. */
export function enter(account: Id): () => void {
  const ends = [connect(), startPost(account), followInbox(groups, account), followNotifications(account), startSendingAnswers()]
  return () => ends.reverse().forEach((end) => end())
}
