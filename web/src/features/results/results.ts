import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import type { Id } from '@/api/types'

import { countsQuery, histogramQuery, lowestQuery, statisticsQuery } from './queries'

/** How a test went: what its page of results is made of. */
export function useResults(test: () => Id) {
  const spread = useQuery(() => histogramQuery(test()))
  const questions = useQuery(() => statisticsQuery(test()))
  const lowest = useQuery(() => lowestQuery(test()))
  const { data: counts } = useQuery(() => countsQuery(test()))

  const statistics = computed(() => questions.data.value?.items ?? [])
  /** Nobody has begun, as far as is known. */
  const isUnbegun = computed(() => counts.value?.begun === 0)
  return { spread, questions, lowest, counts, statistics, isUnbegun }
}
