import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/vue-query'

import * as api from '@/api/courses'

/** What is read about courses, each under one key. Where an argument changes: `useQuery(() => courseQuery(id))`. */

export const catalogueQuery = (filter: api.CatalogueFilter) =>
  infiniteQueryOptions({
    queryKey: ['catalogue', filter],
    queryFn: ({ pageParam, signal }) => api.catalogue({ ...filter, after: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  })

/** The few newest courses. */
export const newestQuery = (limit: number) =>
  queryOptions({
    queryKey: ['catalogue', 'newest', limit],
    queryFn: ({ signal }) => api.catalogue({ limit }, signal),
  })

export const facetsQuery = queryOptions({
  queryKey: ['facets'],
  queryFn: ({ signal }) => api.facets(signal),
})

export const courseQuery = (id: string) =>
  queryOptions({
    queryKey: ['course', id],
    queryFn: ({ signal }) => api.course(id, signal),
  })

export const enrolmentsQuery = queryOptions({
  queryKey: ['enrolments'],
  queryFn: ({ signal }) => api.enrolments(undefined, signal),
})

export const timelineQuery = (from: string, until: string) =>
  queryOptions({
    queryKey: ['timeline', from, until],
    queryFn: ({ signal }) => api.timeline(from, until, signal),
    placeholderData: keepPreviousData,
  })

export const itemQuery = (course: string, item: string) =>
  queryOptions({
    queryKey: ['item', course, item],
    queryFn: ({ signal }) => api.itemPage(course, item, signal),
  })
