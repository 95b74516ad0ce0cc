import { useInfiniteQuery } from '@tanstack/vue-query'
import { computed, ref } from 'vue'

import type { Id } from '@/api/types'
import { peopleQuery } from '@/features/teach/queries'
import { useSettled } from '@/kit/delayed'

/** The learners of a course, to pick some of. */
export function usePicking(course: () => Id) {
  const words = ref('')
  const q = useSettled(() => words.value.trim())
  const query = useInfiniteQuery(() => peopleQuery(course(), q.value))
  const people = computed(() => (query.data.value?.pages.flatMap(({ items }) => items) ?? []).filter(({ state }) => state !== 'left'))
  const picked = ref<Id[]>([])
  return { words, q, query, people, picked }
}
