import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'

import * as api from '@/api/questions'
import type { Id } from '@/api/types'

export const questionQuery = (id: Id) =>
  queryOptions({
    queryKey: ['question', id],
    queryFn: ({ signal }) => api.question(id, signal),
  })

export const versionsQuery = (id: Id) =>
  infiniteQueryOptions({
    queryKey: ['question', id, 'versions'],
    queryFn: ({ pageParam, signal }) => api.questionVersions(id, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })
