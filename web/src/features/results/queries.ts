import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/vue-query'

import * as api from '@/api/results'
import type { Id } from '@/api/types'

/** What is read about results, each under one key. They change while tests are taken: each look asks again. */

const first = undefined as string | undefined

export const resultsQuery = (test: Id, filter: api.ResultFilter) =>
  infiniteQueryOptions({
    queryKey: ['results', test, 'table', filter],
    queryFn: ({ pageParam, signal }) => api.results(test, filter, { after: pageParam }, signal),
    initialPageParam: first,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 0,
  })

/** The lowest results, and behind them, where there is room, those who have none. */
export const lowestQuery = (test: Id) =>
  queryOptions({
    queryKey: ['results', test, 'lowest'],
    queryFn: ({ signal }) => api.results(test, { q: '', sort: 'score' }, { limit: 100 }, signal),
    staleTime: 0,
  })

export const histogramQuery = (test: Id) =>
  queryOptions({
    queryKey: ['results', test, 'histogram'],
    queryFn: ({ signal }) => api.histogram(test, signal),
    staleTime: 0,
  })

export const statisticsQuery = (test: Id) =>
  queryOptions({
    queryKey: ['results', test, 'questions'],
    queryFn: ({ signal }) => api.questionStatistics(test, signal),
    staleTime: 0,
  })

/** How many have begun, answer, have handed in. */
export const countsQuery = (test: Id) =>
  queryOptions({
    queryKey: ['live', test, 'counts'],
    queryFn: ({ signal }) => api.live(test, { limit: 1 }, signal),
    staleTime: 0,
  })

export const bookQuery = (course: Id, q: string) =>
  infiniteQueryOptions({
    queryKey: ['gradebook', course, q],
    queryFn: ({ pageParam, signal }) => api.gradebook(course, q, pageParam, signal),
    initialPageParam: first,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 0,
  })
