import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'

import * as api from '@/api/accounts'
import type { Account } from '@/api/types'
import { isLocale, useLocale } from '@/app/i18n'
import { leave, meQuery } from '@/app/session'
import { useProblemText } from '@/kit/problems'
import { fail, say } from '@/kit/toasts'

/** What one can change about one's own account. */

const SESSIONS = ['sessions']
const TOKENS = ['tokens']

export function useProfile() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (change: Partial<Pick<Account, 'name' | 'locale' | 'time_zone'>>) => api.changeMe(change),
    onSuccess: async (account) => {
      queries.setQueryData(meQuery.queryKey, account)
      if (isLocale(account.locale)) await useLocale(account.locale)
    },
  })
}

export function usePassword() {
  const { t } = useI18n()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ current, password }: { current: string; password: string }) => api.changePassword(current, password),
    onSuccess: async () => {
      say(t('accounts.password_changed'))
      await queries.invalidateQueries({ queryKey: SESSIONS })
    },
  })
}

export function useSessions() {
  const { t } = useI18n()
  const queries = useQueryClient()
  const problemText = useProblemText()
  const query = useQuery({ queryKey: SESSIONS, queryFn: ({ signal }) => api.sessions(signal) })

  const ending = useMutation({
    mutationFn: (id: string | null) => (id === null ? api.endOtherSessions() : api.endSession(id)),
    onSuccess: async () => {
      say(t('accounts.session_ended'))
      await queries.invalidateQueries({ queryKey: SESSIONS })
    },
    onError: (error) => fail(problemText(error)),
  })
  return { query, ending }
}

export function useTokens() {
  const { t } = useI18n()
  const queries = useQueryClient()
  const problemText = useProblemText()
  const query = useQuery({ queryKey: TOKENS, queryFn: ({ signal }) => api.tokens(signal) })
  const refresh = () => queries.invalidateQueries({ queryKey: TOKENS })

  const creating = useMutation({
    mutationFn: ({ name, days }: { name: string; days: number }) => api.createToken(name, days),
    onSuccess: refresh,
  })
  const ending = useMutation({
    mutationFn: api.endToken,
    onSuccess: async () => {
      say(t('accounts.token_ended'))
      await refresh()
    },
    onError: (error) => fail(problemText(error)),
  })
  return { query, creating, ending }
}

export function useSignOut() {
  const router = useRouter()
  const problemText = useProblemText()
  return useMutation({
    mutationFn: leave,
    onSuccess: () => router.push('/'),
    onError: (error) => fail(problemText(error)),
  })
}
