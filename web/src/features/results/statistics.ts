import { useQuery } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'

import type { Id } from '@/api/types'

import { type Order, ordered } from './judging'
import { statisticsQuery } from './queries'

/** How the questions of a test did: in the order that one looks for, found by their titles. */
export function useStatistics(test: () => Id) {
  const { t, locale } = useI18n()
  const query = useQuery(() => statisticsQuery(test()))
  const order = ref<Order>('test')
  const words = ref('')

  const all = computed(() => query.data.value?.items ?? [])
  const shown = computed(() => {
    const wanted = words.value.trim().toLocaleLowerCase(locale.value)
    return ordered(all.value, order.value).filter(({ title }) => title.toLocaleLowerCase(locale.value).includes(wanted))
  })
  const orders = computed(() =>
    (['test', 'hardest', 'hints'] as const).map((value) => ({ value, label: t(`results.order.${value}`) })),
  )
  return { query, all, shown, order, orders, words }
}
