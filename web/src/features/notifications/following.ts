import { QueryObserver } from '@tanstack/vue-query'

import type { Id, Notification } from '@/api/types'
import { queryClient } from '@/app/query'
import { inboxQuery } from '@/features/groups/inbox'
import { rooms } from '@/realtime/room'

import { notificationsQuery, withNew } from './queries'
import { MANY, unreadQuery } from './unread'

/** Milliseconds until the server has certainly noted how far one has read. */
const NOTED = 1_500

/** Keeps what I was told as it is now, as long as the connection lives; answers how to stop. */
export function followNotifications(account: Id): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const refresh = () => void queryClient.invalidateQueries({ queryKey: ['notifications'] })
  const leave = rooms.join(`account:${account}`, {
    // What was missed while nobody listened has no seq here: it is read anew.
    joined: refresh,
    ephemeral: ({ type, data }) => {
      if (type === 'notification') take(data as Notification)
      else if (type === 'read') refresh()
    },
  })

  function take(told: Notification): void {
    queryClient.setQueryData(notificationsQuery.queryKey, (known) => known && withNew(known, told))
    queryClient.setQueryData(unreadQuery.queryKey, (known) => known && Math.min(MANY, known + 1))
    if (!queryClient.getQueryData(unreadQuery.queryKey)) refresh()
  }

  // Whoever reads a message in its group has read what they were told of it, too.
  let read = 0
  const stop = new QueryObserver(queryClient, { ...inboxQuery, enabled: false }).subscribe(({ data }) => {
    const now = (data ?? []).reduce((sum, { read_seq }) => sum + read_seq, 0)
    if (now > read && queryClient.getQueryData(unreadQuery.queryKey)) {
      clearTimeout(timer)
      timer = setTimeout(refresh, NOTED)
    }
    read = now
  })

  return () => {
    clearTimeout(timer)
    stop()
    leave()
  }
}
