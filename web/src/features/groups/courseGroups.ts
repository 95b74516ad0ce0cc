import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import type { Class, Course, Id } from '@/api/types'
import { courseQuery } from '@/features/courses/queries'

import { classesQuery, classGroupsQuery } from './queries'

export const isStaff = (course: Pick<Course, 'role'> | undefined) => course?.role != null && course.role !== 'learner'
export const mayTeach = (course: Pick<Course, 'role'> | undefined) => course?.role === 'owner' || course?.role === 'teacher'

/** The classes of a course, those that go on first. */
export function useCourseClasses(id: () => Id) {
  const course = useQuery(() => courseQuery(id()))
  const query = useInfiniteQuery(() => classesQuery(id()))
  const classes = computed(() => {
    const all = query.data.value?.pages.flatMap(({ items }) => items) ?? []
    return [...all.filter(({ state }) => state === 'active'), ...all.filter(({ state }) => state === 'archived')]
  })
  return { course: course.data, query, classes }
}

/** The groups that one can find in a class. */
export function useClassGroups(within: () => Class, mayLook: () => boolean) {
  const query = useInfiniteQuery(() => ({ ...classGroupsQuery(within().id), enabled: mayLook() }))
  const groups = computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? [])
  return { query, groups }
}
