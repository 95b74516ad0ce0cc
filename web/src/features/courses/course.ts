import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'

import { enrol, leave } from '@/api/courses'
import type { Course, Item } from '@/api/types'
import { signInTo } from '@/app/router'
import { useMe } from '@/app/session'
import { useProblemText } from '@/kit/problems'
import { fail, say } from '@/kit/toasts'

import { courseQuery, enrolmentsQuery } from './queries'

/** How far one is with an item; `open` is what may be read and has not been begun. */
export type ItemStanding = 'done' | 'current' | 'started' | 'open' | 'locked'

export function standing(item: Item, course: Course): ItemStanding {
  const state = course.progress?.items[item.id]
  if (state === 'done') return 'done'
  if (item.locked) return 'locked'
  if (item.id === course.progress?.continue) return 'current'
  return state ?? 'open'
}

/** One course, and enrolling in it and leaving it. */
export function useCourse(id: () => string) {
  const { t } = useI18n()
  const route = useRoute()
  const router = useRouter()
  const queries = useQueryClient()
  const problemText = useProblemText()
  const { account } = useMe()
  const query = useQuery(() => courseQuery(id()))

  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: courseQuery(id()).queryKey }),
      queries.invalidateQueries({ queryKey: enrolmentsQuery.queryKey }),
      queries.invalidateQueries({ queryKey: ['timeline'] }),
    ])

  const enrolment = useMutation({
    mutationFn: (code?: string) => enrol(id(), code),
    onSuccess: async (made) => {
      await refresh()
      const first = made.continue?.id
      if (first) await router.push({ name: 'item', params: { id: id(), item: first } })
    },
  })

  const leaving = useMutation({
    mutationFn: () => leave(id()),
    onSuccess: async () => {
      await refresh()
      say(t('courses.left'))
    },
    onError: (error) => fail(problemText(error)),
  })

  /** Enrols, or first leads to signing in and back here. */
  function join(code?: string): void {
    if (account.value) enrolment.mutate(code)
    else void router.push(signInTo(route))
  }

  const lessons = computed(() => query.data.value?.outline.modules.reduce((sum, { items }) => sum + items.length, 0) ?? 0)
  const done = computed(
    () => Object.values(query.data.value?.progress?.items ?? {}).filter((state) => state === 'done').length,
  )

  const hasTests = computed(
    () => query.data.value?.outline.modules.some(({ items }) => items.some(({ kind }) => kind === 'test')) ?? false,
  )

  return { query, lessons, done, hasTests, join, enrolment, leaving }
}
