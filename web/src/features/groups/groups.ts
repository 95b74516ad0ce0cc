import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed, ref } from 'vue'

import type { CourseCard } from '@/api/types'
import { useMe } from '@/app/session'
import { enrolmentsQuery } from '@/features/courses/queries'
import { taughtQuery } from '@/features/teach/queries'

import { useInbox } from './inbox'

/** Fewer groups than these are found by looking. */
const SEARCHED_FROM = 10
/** Of the courses that one teaches; an admin has all of the school's, and finds them under Teach. */
const MOST_TAUGHT = 10

/** My groups on their shelves, found by name; and the courses in which there may be more. */
export function useMyGroups() {
  const query = useInbox()
  const words = ref('')

  const found = computed(() => {
    const wanted = words.value.trim().toLocaleLowerCase()
    return (query.data.value ?? []).filter(({ name, course }) =>
      [name, course.title].some((text) => text.toLocaleLowerCase().includes(wanted)),
    )
  })
  const current = computed(() => found.value.filter(({ state }) => state === 'active'))
  const archived = computed(() => found.value.filter(({ state }) => state === 'archived'))
  const isSearched = computed(() => (query.data.value?.length ?? 0) >= SEARCHED_FROM)

  const { courses, areKnown } = useMyCourses()

  return { query, words, found, current, archived, isSearched, courses, areCoursesKnown: areKnown }
}

/** The courses that one learns or teaches in. */
function useMyCourses() {
  const { isTeacher } = useMe()
  const { data: enrolments, isPending } = useQuery(enrolmentsQuery)
  const { data: taught, isLoading } = useInfiniteQuery(() => ({ ...taughtQuery, enabled: isTeacher.value }))

  const courses = computed(() => {
    const all = new Map<string, CourseCard>()
    for (const { course } of enrolments.value?.items ?? []) all.set(course.id, course)
    for (const course of taught.value?.pages[0]?.items.slice(0, MOST_TAUGHT) ?? []) all.set(course.id, course)
    return [...all.values()]
  })
  return { courses, areKnown: computed(() => !isPending.value && !isLoading.value) }
}
