import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/vue-query'

import * as classes from '@/api/classes'
import * as api from '@/api/groups'
import type { Group, Id, MessageReport } from '@/api/types'
import { queryClient } from '@/app/query'
import { courseQuery } from '@/features/courses/queries'

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
    queryFn: async ({ signal }) => {
      const group = await api.group(id, signal)
      return { ...group, staff: await isOnStaff(group) }
    },
  })

/** Whether one is on the staff of the group's course: of someone in the group, it is the course that says so. */
async function isOnStaff({ standing, role, course }: Group): Promise<boolean> {
  if (standing !== 'member' || role === 'owner') return standing === 'staff'
  try {
    const { role: inCourse } = await queryClient.query(courseQuery(course.id))
    return inCourse !== null && inCourse !== 'learner'
  } catch {
    // Without the course one is a member like others; the server decides in the end.
    return false
  }
}

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
