import { useInfiniteQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

import { audit } from '@/api/audit'
import type { AuditEntry, Id } from '@/api/types'
import { useFormat } from '@/kit/format'

/** Where an entry tells whom or what it was done to. */
const NAMES = ['name', 'title', 'class', 'member', 'test', 'question', 'learner', 'file']

const HOUR = 60
const DAY = 24 * HOUR

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
  const archivedUntil = computed(() => query.data.value?.pages.at(-1)?.archived_until ?? null)
  return { query, entries, archivedUntil }
}

/** An entry in words: what was done, and to whom or what. */
export function useAuditWords() {
  const i18n = useI18n()
  const { t } = i18n
  const { locale, formatNumber } = useFormat()

  function role(value: unknown): string {
    if (typeof value !== 'string') return t('audit.nobody')
    return i18n.te(`audit.role.${value}`) ? t(`audit.role.${value}`) : value
  }

  /** Points, percent or weights, as they are written in tables. */
  function mark(value: unknown): string {
    if (Array.isArray(value)) return value.length > 0 ? new Intl.ListFormat(locale.value, { type: 'unit' }).format(value) : t('audit.none_of_it')
    if (typeof value !== 'string') return t('audit.none_of_it')
    return Number.isNaN(Number(value)) ? value : formatNumber(Math.round(Number(value) * 100) / 100)
  }

  /** Minutes, in the largest unit that they fill. */
  function duration(minutes: number): string {
    const [unit, size] = minutes >= DAY ? (['day', DAY] as const) : minutes >= HOUR ? (['hour', HOUR] as const) : (['minute', 1] as const)
    return new Intl.NumberFormat(locale.value, { style: 'unit', unit, unitDisplay: 'long' }).format(Math.round(minutes / size))
  }

  /** Archiving is a change like others to the server, and something of its own to people; so is the end of a mute. */
  function actionOf({ action, details }: AuditEntry): string {
    const [domain, verb] = action.split('.')
    if (verb === 'changed' && details.state === 'archived') return `${domain}.archived`
    if (verb === 'changed' && details.state === 'active') return `${domain}.unarchived`
    return verb === 'muted' && details.minutes === 0 ? `${domain}.unmuted` : action
  }

  return (entry: AuditEntry) => {
    const { details } = entry
    const action = actionOf(entry)
    const about = NAMES.map((name) => details[name]).filter((value) => typeof value === 'string' && value !== '')
    const named = action.startsWith('gradebook.') ? mark : role
    if ('before' in details) about.push(t('audit.turned', { before: named(details.before), after: named(details.after) }))
    if (typeof details.role === 'string') about.push(role(details.role))
    if (typeof details.minutes === 'number' && details.minutes > 0) about.push(duration(details.minutes))
    if (typeof details.reason === 'string' && details.reason !== '') about.push(details.reason)
    // What a newer server does is told by the name it gives it.
    return { action: i18n.te(`audit.action.${action}`) ? t(`audit.action.${action}`) : action, about }
  }
}
