import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/vue-query'

import * as roster from '@/api/roster'
import * as api from '@/api/teaching'
import type { Id } from '@/api/types'

/** What is read about the courses that one teaches, each under one key. */

const first = undefined as string | undefined

export const taughtQuery = infiniteQueryOptions({
  queryKey: ['taught'],
  queryFn: ({ pageParam, signal }) => api.taught(pageParam, signal),
  initialPageParam: first,
  getNextPageParam: (page) => page.next ?? undefined,
})

export const draftQuery = (course: Id) =>
  queryOptions({
    queryKey: ['draft', course],
    queryFn: ({ signal }) => api.draft(course, signal),
  })

export const draftItemQuery = (course: Id, item: Id) =>
  queryOptions({
    queryKey: ['draft', course, 'item', item],
    queryFn: ({ signal }) => api.draftItem(course, item, signal),
  })

/** The draft against a revision; against the published one where none is named. */
export const changesQuery = (course: Id, revision?: number) =>
  queryOptions({
    queryKey: ['draft', course, 'changes', revision ?? 'published'],
    queryFn: ({ signal }) => api.changes(course, revision, signal),
    staleTime: 0,
    // What was true of an older draft is worse than nothing.
    gcTime: 0,
  })

export const revisionsQuery = (course: Id) =>
  infiniteQueryOptions({
    queryKey: ['revisions', course],
    queryFn: ({ pageParam, signal }) => api.revisions(course, pageParam, signal),
    initialPageParam: first,
    getNextPageParam: (page) => page.next ?? undefined,
  })

export const peopleQuery = (course: Id, q: string) =>
  infiniteQueryOptions({
    queryKey: ['people', course, q],
    queryFn: ({ pageParam, signal }) => roster.people(course, q, pageParam, signal),
    initialPageParam: first,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  })

export const staffQuery = (course: Id) =>
  queryOptions({
    queryKey: ['staff', course],
    queryFn: ({ signal }) => roster.staff(course, signal),
  })
