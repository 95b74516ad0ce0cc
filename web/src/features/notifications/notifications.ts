import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { RouteLocationRaw } from 'vue-router'

import * as api from '@/api/notifications'
import type { Id, MailPreference, Notification } from '@/api/types'
import { useProblemText } from '@/kit/problems'
import { fail } from '@/kit/toasts'

import { mailQuery, notificationsQuery, withRead } from './queries'
import { unreadQuery } from './unread'

/** What I was told, newest first, and marking it as read: one by one, or all without an id. */
export function useNotifications() {
  const queries = useQueryClient()
  const problemText = useProblemText()
  const query = useInfiniteQuery(notificationsQuery)
  const entries = computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? [])
  const hasUnread = computed(() => entries.value.some(({ read_at }) => read_at === null))

  const reading = useMutation({
    mutationFn: (ids: Id[] | undefined) => api.markRead(ids),
    // Seen as read at once: most are read by following them, and the list is gone by the time of the answer.
    onMutate: async (ids) => {
      await queries.cancelQueries({ queryKey: ['notifications'] })
      queries.setQueryData(notificationsQuery.queryKey, (known) => known && withRead(known, ids, new Date().toISOString()))
    },
    onError: async (error) => {
      fail(problemText(error))
      await queries.invalidateQueries({ queryKey: notificationsQuery.queryKey })
    },
    onSettled: () => queries.invalidateQueries({ queryKey: unreadQuery.queryKey }),
  })

  return { query, entries, hasUnread, reading }
}

/** A notification in words, and where it leads; null where one may not go any more. */
export function useNotificationWords() {
  const { t } = useI18n()

  return ({ kind, data }: Notification): { words: string; to: RouteLocationRaw | null } => ({
    words: t(`notifications.kind.${kind}`, { author: apart(data.author.name), group: apart(data.group.name) }),
    to: placeOf(kind, data),
  })
}

/** A name keeps to its own direction within a sentence (Unicode's first strong isolate). */
const apart = (name: string) => `\u2068${name}\u2069`

function placeOf(kind: Notification['kind'], { group, seq }: Notification['data']): RouteLocationRaw | null {
  const params = { id: group.id }
  if (kind === 'group_removed') return null
  if (kind === 'group_request') return { name: 'group-members', params }
  if (kind === 'report') return { name: 'group-reports', params }
  return { name: 'group', params, hash: seq === undefined ? '' : `#m${seq}` }
}

/** What comes by mail, and choosing it. */
export function useMailPreference() {
  const queries = useQueryClient()
  const problemText = useProblemText()
  const query = useQuery(mailQuery)
  const choosing = useMutation({
    mutationFn: (mail: MailPreference) => api.setMailPreference(mail),
    onSuccess: ({ mail }) => queries.setQueryData(mailQuery.queryKey, mail),
    onError: (error) => fail(problemText(error)),
  })
  return { query, choosing }
}
