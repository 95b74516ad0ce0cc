import { useInfiniteQuery } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute } from 'vue-router'

import type { ResultSort, Standing } from '@/api/results'
import type { Id } from '@/api/types'
import { useSettled } from '@/kit/delayed'

import { resultsQuery } from './queries'

/** The results of a test as a table: found by name (which an address may say), sorted, page by page. */
export function useResultTable(test: () => Id) {
  const { t } = useI18n()
  const { q: named } = useRoute().query
  const words = ref(typeof named === 'string' ? named : '')
  const sort = ref<ResultSort>('name')
  const state = ref<Standing | ''>('')
  const q = useSettled(() => words.value.trim())
  const query = useInfiniteQuery(() => resultsQuery(test(), { q: q.value, sort: sort.value, state: state.value || undefined }))
  const rows = computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? [])
  const sorts = computed(() => [
    { value: 'name' as const, label: t('results.sort.name') },
    { value: 'score' as const, label: t('results.sort.lowest') },
    { value: '-score' as const, label: t('results.sort.highest') },
  ])
  const states = computed(() =>
    (['', 'not_begun', 'running', 'submitted', 'graded'] as const).map((value) => ({ value, label: value ? t(`results.state.${value}`) : t('results.doing.all') })),
  )
  const isNarrowed = computed(() => q.value !== '' || state.value !== '')
  return { words, sort, sorts, state, states, isNarrowed, query, rows }
}
