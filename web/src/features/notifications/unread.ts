import { queryOptions, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import { notifications } from '@/api/notifications'
import { useMe } from '@/app/session'

/** The server counts no further. */
export const MANY = 100

/** How many notifications I have not read. */
export const unreadQuery = queryOptions({
  queryKey: ['notifications', 'unread'],
  queryFn: async ({ signal }) => (await notifications(undefined, 1, signal)).unread,
})

export function useUnread() {
  const { account } = useMe()
  // The frame watches it all the time: naming whose it is makes it let go of another account's number.
  const query = useQuery(() => ({ ...unreadQuery, enabled: account.value !== null, meta: { account: account.value?.id } }))
  return computed(() => (account.value ? (query.data.value ?? 0) : 0))
}
