import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, reactive, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'

import { accommodate, type Accommodation, type Allowance, withdrawAccommodation } from '@/api/tests'
import type { Person } from '@/api/types'
import { useDuration } from '@/features/attempts/duration'
import { useFormat } from '@/kit/format'
import { useProblemText } from '@/kit/problems'
import { fail, say, sayUndo } from '@/kit/toasts'

import { allowanceOf, isBackwards, timeWith } from './allowance'
import { useTestDesk } from './desk'
import { accommodationsQuery } from './queries'

/** Who has more than the others in the test, and what can be done about it. */
export function useExtraTime() {
  const { t } = useI18n()
  const queries = useQueryClient()
  const problemText = useProblemText()
  const { test, mayEdit } = useTestDesk()
  const { id } = test.value
  const query = useInfiniteQuery(() => accommodationsQuery(id))
  const people = computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? [])
  /** Whose time is being written: someone's, or that of someone to be found yet. */
  const open = shallowRef<Accommodation | 'new' | null>(null)

  const refresh = () => queries.invalidateQueries({ queryKey: accommodationsQuery(id).queryKey })

  const restoring = useMutation({
    mutationFn: (was: Accommodation) => accommodate(id, was.account.id, allowanceOf(was)),
    onSettled: refresh,
    onError: (error) => fail(problemText(error)),
  })
  const removal = useMutation({
    mutationFn: (was: Accommodation) => withdrawAccommodation(id, was.account.id),
    onSuccess: (_, was) => sayUndo(t('tests.extra.removed', { name: was.account.name }), t('app.undo'), () => restoring.mutate(was)),
    onSettled: refresh,
    onError: (error) => fail(problemText(error)),
  })

  return { query, people, open, removal, mayEdit, refresh }
}

/** What someone has more than the others, line by line. */
export function useAllowanceText() {
  const { t } = useI18n()
  const { formatNumber, formatPercent, formatDate } = useFormat()
  const { inMinutes } = useDuration()
  const { fields } = useTestDesk()

  const when = (time: string) => formatDate(time, { dateStyle: 'medium', timeStyle: 'short' })

  return (given: Allowance): string[] => {
    const { extra_percent: percent, extra_minutes: minutes, extra_attempts: attempts } = given
    const limit = fields.time_limit_seconds
    const more = [percent > 0 && formatPercent(percent), minutes > 0 && inMinutes(minutes * 60_000)].filter((part) => part !== false)
    const time = t('tests.extra.more', { time: more.join(' + ') })
    return [
      ...(more.length === 0 ? [] : [limit === null ? time : t('tests.extra.in_all', { more: time, time: inMinutes(timeWith(limit, given) * 1000) })]),
      ...(attempts > 0 ? [t('tests.extra.attempts', { count: formatNumber(attempts) }, attempts)] : []),
      ...(given.opens_at ? [t('tests.standing.opens', { date: when(given.opens_at) })] : []),
      ...(given.closes_at ? [t('tests.standing.closes', { date: when(given.closes_at) })] : []),
    ]
  }
}

/** More time for someone, as it is being written. */
export function useAllowing(was: Accommodation | null, done: () => void) {
  const { t } = useI18n()
  const { test, fields: settings } = useTestDesk()
  const { id } = test.value
  const person = shallowRef<Person | null>(was?.account ?? null)
  const measure = ref<'percent' | 'minutes'>(was && was.extra_minutes > 0 && was.extra_percent === 0 ? 'minutes' : 'percent')
  const given = reactive<Allowance>(was ? allowanceOf(was) : { extra_percent: 25, extra_minutes: 0, extra_attempts: 0, opens_at: null, closes_at: null })

  const isNothing = computed(() => Object.values(given).every((part) => !part))
  const isReversed = computed(() => isBackwards(settings, given))

  const saving = useMutation({
    mutationFn: (who: Person) => accommodate(id, who.id, { ...given }),
    onSuccess: (_, { name }) => {
      say(t('tests.extra.saved', { name }))
      done()
    },
  })
  return { person, measure, given, isNothing, isReversed, saving }
}
