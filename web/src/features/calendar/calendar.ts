import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import type { Moment } from '@/api/types'
import { timelineQuery } from '@/features/courses/queries'
import { useFormat } from '@/kit/format'
import { fromLocal } from '@/kit/zoned'

import { isMonth, monthAfter } from './month'

/** The month of the address, `?month=2026-11`, else this one, and what is in it by day. */
export function useCalendar() {
  const route = useRoute()
  const router = useRouter()
  const { dayOf, timeZone } = useFormat()

  const today = computed(() => dayOf(new Date()))
  const thisMonth = computed(() => today.value.slice(0, 7))
  const month = computed(() => (isMonth(route.query.month) ? route.query.month : thisMonth.value))
  const zone = computed(() => timeZone.value ?? Intl.DateTimeFormat().resolvedOptions().timeZone)

  const startOf = (name: string) => fromLocal(`${name}-01T00:00`, zone.value) ?? ''
  const query = useQuery(() => timelineQuery(startOf(month.value), startOf(monthAfter(month.value, 1))))

  const days = computed(() => {
    const found = new Map<string, Moment[]>()
    for (const moment of query.data.value?.items ?? []) {
      const day = dayOf(moment.at)
      found.set(day, [...(found.get(day) ?? []), moment])
    }
    return found
  })

  function show(other: string): void {
    void router.replace({ query: other === thisMonth.value ? {} : { month: other } })
  }

  return { query, month, thisMonth, today, days, show }
}
