import { queryOptions } from '@tanstack/vue-query'

import { findMessages, messages, pins } from '@/api/messages'
import type { Id } from '@/api/types'

/** What is said in a group: a part of it, without gaps, which the events of the room keep as it is now. */
export const talkQuery = (group: Id, around?: number) =>
  queryOptions({
    queryKey: ['group', group, 'talk'],
    queryFn: ({ signal }) => messages(group, around === undefined ? undefined : { around }, signal),
    staleTime: 'static',
  })

export const pinsQuery = (group: Id) =>
  queryOptions({
    queryKey: ['group', group, 'pins'],
    queryFn: async ({ signal }) => (await pins(group, signal)).items,
  })

export const searchQuery = (group: Id, q: string) =>
  queryOptions({
    queryKey: ['group', group, 'search', q],
    queryFn: async ({ signal }) => (await findMessages(group, q, signal)).items.toReversed(),
    enabled: q !== '',
  })
