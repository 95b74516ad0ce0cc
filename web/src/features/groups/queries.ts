import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/vue-query'

import * as classes from '@/api/classes'
import * as api from '@/api/groups'
import type { Id, MessageReport } from '@/api/types'

/** What is read about classes and groups, each under one key; what belongs to a group begins with the group's own. */

const pages = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: { next: string | null }) => page.next ?? undefined,
}

export const classesQuery = (course: Id) =>
  infiniteQueryOptions({
    queryKey: ['classes', course],
    queryFn: ({ pageParam, signal }) => classes.classes(course, pageParam, signal),
    ...pages,
  })

export const classGroupsQuery = (classId: Id) =>
  infiniteQueryOptions({
    queryKey: ['class', classId, 'groups'],
    queryFn: ({ pageParam, signal }) => api.groupsOf(classId, pageParam, signal),
    ...pages,
  })

export const groupQuery = (id: Id) =>
  queryOptions({
    queryKey: ['group', id],
    queryFn: ({ signal }) => api.group(id, signal),
  })

export const membersQuery = (id: Id, q: string) =>
  infiniteQueryOptions({
    queryKey: ['group', id, 'members', q],
    queryFn: ({ pageParam, signal }) => api.members(id, q, pageParam, signal),
    ...pages,
    placeholderData: keepPreviousData,
  })

export const requestsQuery = (id: Id) =>
  infiniteQueryOptions({
    queryKey: ['group', id, 'requests'],
    queryFn: ({ pageParam, signal }) => api.requests(id, pageParam, signal),
    ...pages,
  })

export const reportsQuery = (id: Id, state: MessageReport['state']) =>
  infiniteQueryOptions({
    queryKey: ['group', id, 'reports', state],
    queryFn: ({ pageParam, signal }) => api.reports(id, state, pageParam, signal),
    ...pages,
  })
