import { queryOptions, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import { myGroups } from '@/api/groups'
import type { GroupEntry } from '@/api/types'
import { useMe } from '@/app/session'

/** As many groups as one connection listens to; of more, those used last. */
const MOST = 200

/** The server counts no further. */
export const MANY = 100

/** My groups, last used first, with what I have not read in each. */
export const inboxQuery = queryOptions({
  queryKey: ['groups'],
  queryFn: async ({ signal }) => {
    const all: GroupEntry[] = []
    let after: string | undefined
    do {
      const page = await myGroups(after, signal)
      all.push(...page.items)
      after = page.next ?? undefined
    } while (after && all.length < MOST)
    return all
  },
})

export function useInbox() {
  const { account } = useMe()
  // The frame watches it all the time: naming whose it is makes it let go of another account's groups.
  return useQuery(() => ({ ...inboxQuery, enabled: account.value !== null, meta: { account: account.value?.id } }))
}

/** How many messages wait in all my groups. */
export function useUnread() {
  const { data } = useInbox()
  return computed(() => (data.value ?? []).reduce((sum, { unread }) => sum + unread, 0))
}
