import { type InfiniteData, infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'

import * as api from '@/api/notifications'
import type { Notification, NotificationPage } from '@/api/types'

export type Pages = InfiniteData<NotificationPage>

export const notificationsQuery = infiniteQueryOptions({
  queryKey: ['notifications', 'list'],
  queryFn: ({ pageParam, signal }: { pageParam: string | undefined; signal: AbortSignal }) =>
    api.notifications(pageParam, undefined, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next ?? undefined,
  staleTime: 0,
})

export const mailQuery = queryOptions({
  queryKey: ['mail-preference'],
  queryFn: async ({ signal }) => (await api.mailPreference(signal)).mail,
})

/** The list with one that has just come. */
export function withNew(known: Pages, told: Notification): Pages {
  const [first, ...rest] = known.pages
  if (!first || first.items.some(({ id }) => id === told.id)) return known
  return { ...known, pages: [{ ...first, items: [told, ...first.items] }, ...rest] }
}

/** The list after these have been read, or all. */
export function withRead(known: Pages, ids: readonly string[] | undefined, now: string): Pages {
  const read = (one: Notification) =>
    one.read_at === null && (!ids || ids.includes(one.id)) ? { ...one, read_at: now } : one
  return { ...known, pages: known.pages.map((page) => ({ ...page, items: page.items.map(read) })) }
}
