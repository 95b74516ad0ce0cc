import { infiniteQueryOptions } from '@tanstack/vue-query'

import * as api from '@/api/tests'
import type { Id } from '@/api/types'

/** What is read about a test beside itself, each under one key below the test's. */

const first = undefined as string | undefined

export const testRevisionsQuery = (test: Id) =>
  infiniteQueryOptions({
    queryKey: ['test', test, 'revisions'],
    queryFn: ({ pageParam, signal }) => api.testRevisions(test, pageParam, signal),
    initialPageParam: first,
    getNextPageParam: (page) => page.next ?? undefined,
  })

export const accommodationsQuery = (test: Id) =>
  infiniteQueryOptions({
    queryKey: ['test', test, 'accommodations'],
    queryFn: ({ pageParam, signal }) => api.accommodations(test, pageParam, signal),
    initialPageParam: first,
    getNextPageParam: (page) => page.next ?? undefined,
  })
