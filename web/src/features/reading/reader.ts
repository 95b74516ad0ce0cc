import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'

import type { Neighbour } from '@/api/types'
import { courseQuery, itemQuery } from '@/features/courses/queries'

/** One item of a course, its neighbours, and where it stands in its module. */
export function useReader(course: () => string, item: () => string) {
  const router = useRouter()
  const queries = useQueryClient()
  const { locale } = useI18n()

  const query = useQuery(() => itemQuery(course(), item()))
  const page = computed(() => query.data.value)
  const { data: whole } = useQuery(() => courseQuery(course()))
  const module = computed(() => whole.value?.outline.modules.find(({ items }) => items.some(({ id }) => id === item())))
  const number = computed(() => 1 + (module.value?.items.findIndex(({ id }) => id === item()) ?? -1))

  const go = (to: Neighbour | null | undefined) =>
    to && void router.push({ name: 'item', params: { id: course(), item: to.id } })

  // The next one is most likely read next: it is here when it is asked for.
  watch(
    () => page.value?.next?.id,
    (next) => {
      if (next) queries.query({ ...itemQuery(course(), next), staleTime: 60_000 }).catch(() => undefined)
    },
  )

  /** For the arrows of the keyboard: which way onwards is depends on the way the page is written. */
  const isForward = (key: string) => (key === 'ArrowRight') === (locale.value !== 'ar')

  return {
    query,
    page,
    course: whole,
    module,
    number,
    goNext: () => go(page.value?.next),
    goBack: () => go(page.value?.previous),
    isForward,
  }
}
