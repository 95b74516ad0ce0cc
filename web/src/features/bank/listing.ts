import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

import { KINDS } from '@/api/bodies'
import type { Id } from '@/api/types'

import { asked, DIFFICULTIES, type Filters } from './filters'
import { categoriesQuery, questionsQuery } from './queries'
import { rowsOf } from './tree'

/** The questions that filters let through, and the tags that are on them. */
export function useListing(course: () => Id, filters: () => Filters) {
  const query = useInfiniteQuery(() => questionsQuery(course(), asked(filters())))
  const questions = computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? [])
  const tags = computed(() => [...new Set(questions.value.flatMap((question) => question.tags))].toSorted((a, b) => a.localeCompare(b)))
  return { query, questions, tags }
}

export function useCategories(course: () => Id) {
  const query = useQuery(() => categoriesQuery(course()))
  const rows = computed(() => rowsOf(query.data.value ?? []))
  return { query, rows }
}

/** What a filter offers, everything first. */
export function useFilterChoices() {
  const { t } = useI18n()
  return {
    kinds: computed(() => [
      { value: '' as const, label: t('bank.filter.every_kind') },
      ...KINDS.map((value) => ({ value, label: t(`bank.kind.${value}`) })),
    ]),
    difficulties: computed(() => [
      { value: '' as const, label: t('bank.filter.every_difficulty') },
      ...DIFFICULTIES.map((value) => ({ value, label: t(`bank.difficulty.${value}`) })),
    ]),
  }
}
