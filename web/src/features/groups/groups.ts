import { useQuery } from '@tanstack/vue-query'
import { computed, ref } from 'vue'

import { enrolmentsQuery } from '@/features/courses/queries'

import { useInbox } from './inbox'

/** Fewer groups than these are found by looking. */
const SEARCHED_FROM = 10

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

  const { data: enrolments } = useQuery(enrolmentsQuery)
  const courses = computed(() => (enrolments.value?.items ?? []).map(({ course }) => course))

  return { query, words, found, current, archived, isSearched, courses }
}
