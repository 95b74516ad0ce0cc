import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'

import * as api from '@/api/grading'
import type { Id } from '@/api/types'

const QUEUE_PAGE = 100

/** How much waits, question by question. */
export const gradingQuery = (test: Id) =>
  queryOptions({
    queryKey: ['grading', test],
    queryFn: ({ signal }) => api.grading(test, signal),
    staleTime: 0,
  })

/** Since when the first of those that wait does. */
export const oldestQuery = (test: Id, question: Id) =>
  queryOptions({
    queryKey: ['grading', test, 'oldest', question],
    queryFn: async ({ signal }) => (await api.responses(test, question, { wanted: 'waiting', limit: 1 }, signal)).items[0] ?? null,
    staleTime: 0,
  })

/** Read once, when one sits down to it: what is graded meanwhile keeps its place, so that one can go back to it. */
export const queueQuery = (test: Id, question: Id, wanted: api.Wanted) =>
  infiniteQueryOptions({
    queryKey: ['grading', test, 'queue', question, wanted],
    queryFn: ({ pageParam, signal }) => api.responses(test, question, { wanted, after: pageParam, limit: QUEUE_PAGE }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: 'static',
    gcTime: 0,
  })

/** Fetched ahead for the next in the queue, and fresh enough then. */
export const sheetQuery = (attempt: Id, question: Id) =>
  queryOptions({
    queryKey: ['sheet', attempt, question],
    queryFn: ({ signal }) => api.sheet(attempt, question, signal),
    staleTime: 20_000,
  })

export const regradesQuery = (test: Id) =>
  infiniteQueryOptions({
    queryKey: ['regrades', test],
    queryFn: ({ pageParam, signal }) => api.regrades(test, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: 0,
  })

export const regradeChangesQuery = (test: Id, regrade: Id) =>
  infiniteQueryOptions({
    queryKey: ['regrades', test, regrade, 'changes'],
    queryFn: ({ pageParam, signal }) => api.regradeChanges(test, regrade, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: 0,
  })
