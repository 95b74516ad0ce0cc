import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/vue-query'

import * as api from '@/api/classes'
import type { Id } from '@/api/types'

export const classQuery = (id: Id) =>
  queryOptions({
    queryKey: ['class', id],
    queryFn: ({ signal }) => api.oneClass(id, signal),
  })

export const classMembersQuery = (id: Id, q: string) =>
  infiniteQueryOptions({
    queryKey: ['class', id, 'members', q],
    queryFn: ({ pageParam, signal }) => api.classMembers(id, q, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  })
