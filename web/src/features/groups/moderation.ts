import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'

import { decide } from '@/api/groups'
import type { Id, MessageReport } from '@/api/types'
import { useProblemText } from '@/kit/problems'
import { fail, say } from '@/kit/toasts'

import { reportsQuery } from './queries'

const STATES = ['open', 'upheld', 'dismissed'] as const

/** What members have reported, and what was decided. */
export function useReports(id: () => Id) {
  const { t } = useI18n()
  const queries = useQueryClient()
  const problemText = useProblemText()
  const state = ref<MessageReport['state']>('open')
  const tabs = computed(() => STATES.map((name) => ({ name, label: t(`groups.reports.state.${name}`) })))
  const query = useInfiniteQuery(() => reportsQuery(id(), state.value))
  const reports = computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? [])

  const decision = useMutation({
    mutationFn: ({ report, to }: { report: MessageReport; to: 'upheld' | 'dismissed' }) => decide(id(), report.id, to),
    onSuccess: (_, { to }) => say(to === 'upheld' ? t('groups.reports.was_upheld') : t('groups.reports.was_dismissed')),
    onError: (error) => fail(problemText(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: ['group', id(), 'reports'] }),
  })
  return { state, tabs, query, reports, decision }
}
