import { QueryObserver } from '@tanstack/vue-query'

import type { GroupEntry, Id, Message } from '@/api/types'
import { queryClient } from '@/app/query'

import { inboxQuery, MANY } from './inbox'

/** What this needs of the connection: being in rooms. */
export interface Rooms {
  join: (room: string, handlers: Handlers) => () => void
}

interface Handlers {
  /** In the room, for the first time or again. */
  joined?: () => unknown
  event?: (event: { seq: number; type: string; data: unknown }) => void
  ephemeral?: (word: { type: string; data: unknown }) => void
}

/** Keeps my groups as they are now, with what is unread in them, as long as the connection lives; answers how to stop. */
export function followInbox(rooms: Rooms, account: Id): () => void {
  const refresh = () => void queryClient.invalidateQueries({ queryKey: inboxQuery.queryKey })
  const leaves = new Map<string, () => void>()

  // What was missed while nobody listened has no seq here: the list is read anew.
  const leaveOwn = rooms.join(`account:${account}`, { joined: refresh, ephemeral: hear })

  function hear({ type }: { type: string }): void {
    if (type === 'groups' || type === 'read') refresh()
  }

  function listen(entries: readonly GroupEntry[]): void {
    const wanted = new Set(entries.map(({ id }) => `group:${id}`))
    for (const [room, leave] of leaves) {
      if (wanted.has(room)) continue
      leave()
      leaves.delete(room)
    }
    for (const room of wanted) {
      if (leaves.has(room)) continue
      leaves.set(room, rooms.join(room, { event: (event) => take(room.slice('group:'.length), event) }))
    }
  }

  function take(id: Id, { seq, type, data }: { seq: number; type: string; data: unknown }): void {
    if (type === 'message') queryClient.setQueryData(inboxQuery.queryKey, (known) => known && said(known, id, data as Message, account))
    else if (type === 'group_changed') refresh()
    else if (type.startsWith('message_') && isLast(id, (data as { seq?: number }).seq ?? seq)) refresh()
  }

  function isLast(id: Id, seq: number): boolean {
    return queryClient.getQueryData(inboxQuery.queryKey)?.find((entry) => entry.id === id)?.last?.seq === seq
  }

  const stop = new QueryObserver(queryClient, { ...inboxQuery, enabled: false }).subscribe(({ data }) => listen(data ?? []))
  listen(queryClient.getQueryData(inboxQuery.queryKey) ?? [])

  return () => {
    stop()
    leaveOwn()
    for (const leave of leaves.values()) leave()
  }
}

/** My groups after a message in one of them: that one first, with one more to read, unless I wrote it or have had it. */
function said(known: GroupEntry[], id: Id, message: Message, me: Id): GroupEntry[] {
  const entry = known.find((one) => one.id === id)
  if (!entry || message.seq <= entry.seq) return known
  const { seq, author, text, at } = message
  const isMine = author.id === me
  const changed = {
    ...entry,
    seq,
    last: { seq, author, text, at },
    unread: isMine ? entry.unread : Math.min(MANY, entry.unread + 1),
    mentioned: entry.mentioned || message.mentions.includes(me),
  }
  return [changed, ...known.filter((one) => one !== entry)]
}
