import { useInfiniteQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

import { audit } from '@/api/audit'
import type { AuditEntry, Id } from '@/api/types'

/** Where an entry tells whom or what it was done to. */
const NAMES = ['name', 'title', 'group', 'class', 'member']

/** What staff did in a course, or with null in the whole school, newest first. */
export function useAudit(course: () => Id | null) {
  const query = useInfiniteQuery(() => ({
    queryKey: ['audit', course()],
    queryFn: ({ pageParam, signal }: { pageParam: string | undefined; signal: AbortSignal }) =>
      audit(course(), pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: { next: string | null }) => page.next ?? undefined,
    staleTime: 0,
  }))
  const entries = computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? [])
  return { query, entries }
}

/** An entry in words: what was done, and to whom or what. */
export function useAuditWords() {
  const i18n = useI18n()
  const { t } = i18n

  function role(value: unknown): string {
    if (typeof value !== 'string') return t('audit.nobody')
    return i18n.te(`audit.role.${value}`) ? t(`audit.role.${value}`) : value
  }

  return ({ action, details }: AuditEntry) => {
    const about = NAMES.map((name) => details[name]).filter((value) => typeof value === 'string' && value !== '')
    if ('before' in details) about.push(t('audit.turned', { before: role(details.before), after: role(details.after) }))
    // What a newer server does is told by the name it gives it.
    return { action: i18n.te(`audit.action.${action}`) ? t(`audit.action.${action}`) : action, about }
  }
}
