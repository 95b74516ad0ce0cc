import { queryOptions } from '@tanstack/vue-query'

import * as api from '@/api/attempts'
import type { Id } from '@/api/types'

/** What is read about tests and attempts, each under one key. */

export const testQuery = (id: Id) =>
  queryOptions({
    queryKey: ['test', id],
    queryFn: ({ signal }) => api.test(id, signal),
    staleTime: 0,
  })

/** Asked for again whenever one comes back to it: it may have gone on elsewhere. */
export const attemptQuery = (id: Id) =>
  queryOptions({
    queryKey: ['attempt', id],
    queryFn: ({ signal }) => api.attempt(id, signal),
    staleTime: 5_000,
    gcTime: 0,
  })

export const resultQuery = (attempt: Id) =>
  queryOptions({
    queryKey: ['result', attempt],
    queryFn: ({ signal }) => api.result(attempt, signal),
    staleTime: 0,
  })

/** One's own, in a course. */
export const gradesQuery = (course: Id) =>
  queryOptions({
    queryKey: ['grades', course],
    queryFn: ({ signal }) => api.ownGrades(course, signal),
    staleTime: 0,
  })
