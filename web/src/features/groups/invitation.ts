import { useMutation, useQuery } from '@tanstack/vue-query'
import { computed, onMounted, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'

import { invite, join, revokeInvitation } from '@/api/groups'
import { isProblem } from '@/api/problem'
import type { Group, Id } from '@/api/types'
import { useMe } from '@/app/session'
import { useFormat } from '@/kit/format'
import { useProblemText } from '@/kit/problems'
import { fail, say } from '@/kit/toasts'

import { useGroupRefresh } from './group'
import { groupQuery } from './queries'
import { mayRead } from './standing'

const DAYS = [1, 7, 30]

/** The link that lets people in: it is shown once, and a new one makes the old one void. */
export function useInvitation(group: () => Group) {
  const { t } = useI18n()
  const { formatNumber } = useFormat()
  const problemText = useProblemText()
  const refresh = useGroupRefresh()
  const days = ref('7')
  const choices = computed(() =>
    DAYS.map((count) => ({ value: String(count), label: t('groups.invitation.days', { count: formatNumber(count) }, count) })),
  )

  const creation = useMutation({
    mutationFn: () => invite(group().id, Number(days.value)),
    onSuccess: () => refresh(group()),
  })
  const revocation = useMutation({
    mutationFn: () => revokeInvitation(group().id),
    onSuccess: () => say(t('groups.invitation.revoked')),
    onError: (error) => fail(problemText(error)),
    onSettled: () => refresh(group()),
  })
  return { days, choices, creation, revocation }
}

/**
 * The token of an invitation, `/groups/<id>/join#<token>`. It stands in the fragment, which no server and no log ever
 * sees, and leaves the address bar at once; whoever must sign in first finds it again in this tab.
 */
function useToken(id: Id) {
  const route = useRoute()
  const router = useRouter()
  const stored = `banyan.invitation.${id}`
  const { hash } = route
  const found = hash && (new URLSearchParams(hash.slice(1)).get('token') ?? hash.slice(1))
  const token = found || kept()

  function kept(): string | null {
    try {
      return sessionStorage.getItem(stored)
    } catch {
      // Storage is forbidden: then one opens the link again after signing in.
      return null
    }
  }

  function keep(value: string | null): void {
    try {
      if (value === null) sessionStorage.removeItem(stored)
      else sessionStorage.setItem(stored, value)
    } catch {
      // As above.
    }
  }

  onMounted(() => {
    if (!found) return
    keep(found)
    void router.replace({ path: route.path })
  })
  return { token, drop: () => keep(null) }
}

/** Comes in by an invitation. */
export function useInvited(of: () => Id) {
  const id = of()
  const { t } = useI18n()
  const router = useRouter()
  const refresh = useGroupRefresh()
  const { token, drop } = useToken(id)

  // A group that one is only invited to cannot be found: that is no failure here.
  const { account } = useMe()
  const { data: group } = useQuery(() => ({ ...groupQuery(id), enabled: account.value !== null, retry: false }))
  const isIn = computed(() => group.value !== undefined && mayRead(group.value))

  const joining = useMutation({
    mutationFn: () => join(id, token ?? ''),
    onSuccess: async ({ state }) => {
      drop()
      await refresh(group.value ?? { id, class: { id: '', name: '' } })
      if (state === 'requested') return
      await router.replace({ name: 'group', params: { id } })
      say(t('groups.join.done'))
    },
  })
  /** The link is no good any more, but the group takes requests: now there is one. */
  const isAsked = computed(() => joining.data.value?.state === 'requested')
  /** The link opens nothing for whoever tried it. */
  const isVoid = computed(() => isProblem(joining.error.value, 'not_found'))
  return { token, group, isIn, joining, isAsked, isVoid }
}
