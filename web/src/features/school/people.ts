import { type InfiniteData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'

import { changeAccount, invite } from '@/api/administration'
import type { List, ManagedAccount, Role } from '@/api/types'
import { useFormat } from '@/kit/format'
import { useSettled } from '@/kit/delayed'
import { useProblemText } from '@/kit/problems'
import { fail, say, sayUndo } from '@/kit/toasts'

import { accountsQuery } from './queries'

const ROLES: Role[] = ['learner', 'teacher', 'admin']

export function useRoles() {
  const { t } = useI18n()
  return computed(() => ROLES.map((value) => ({ value, label: t(`school.role.${value}`) })))
}

/** The accounts of the school, found by name, address or role. */
export function useAccounts() {
  const { t } = useI18n()
  const problemText = useProblemText()
  const queries = useQueryClient()

  const words = ref('')
  const role = ref<Role | ''>('')
  const q = useSettled(words)
  const filter = computed(() => ({ q: q.value.trim() || undefined, role: role.value || undefined }))
  const query = useInfiniteQuery(() => accountsQuery(filter.value))
  const accounts = computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? [])

  const change = useMutation({
    mutationFn: ({ account, ...part }: { account: ManagedAccount; role?: Role; suspended?: boolean }) =>
      changeAccount(account.id, part),
    // Shown at once, so that a refusal visibly takes it back.
    onMutate: ({ account, ...part }) => {
      queries.setQueriesData<InfiniteData<List<ManagedAccount>>>({ queryKey: ['accounts'] }, (known) =>
        known && {
          ...known,
          pages: known.pages.map((page) => ({
            ...page,
            items: page.items.map((one) => (one.id === account.id ? { ...one, ...part } : one)),
          })),
        },
      )
    },
    onError: (error) => fail(problemText(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: ['accounts'] }),
  })

  function assign(account: ManagedAccount, to: Role): void {
    const from = account.role
    change.mutate({ account, role: to }, {
      onSuccess: () =>
        sayUndo(t('school.people.became', { name: account.name, role: t(`school.role.${to}`) }), t('app.undo'), () =>
          change.mutate({ account, role: from }),
        ),
    })
  }

  function suspend(account: ManagedAccount, suspended: boolean): void {
    change.mutate({ account, suspended }, {
      onSuccess: () =>
        sayUndo(
          suspended ? t('school.people.was_suspended', { name: account.name }) : t('school.people.was_readmitted', { name: account.name }),
          t('app.undo'),
          () => change.mutate({ account, suspended: !suspended }),
        ),
    })
  }

  return { words, role, filter, query, accounts, assign, suspend }
}

/** Letters to people who have no account yet. */
export function useInviting(done: () => unknown) {
  const { t } = useI18n()
  const { formatNumber } = useFormat()
  const text = ref('')
  const role = ref<Role>('learner')
  const emails = computed(() => [...new Set(text.value.match(/[^\s,;<>"()]+@[^\s,;<>"()]+/g) ?? [])])

  const invitation = useMutation({
    mutationFn: () => invite(emails.value, role.value),
    onSuccess: ({ invited, already }) => {
      const told = [
        (invited > 0 || already === 0) && t('school.invite.done', { count: formatNumber(invited) }, invited),
        already > 0 && t('school.invite.already', { count: formatNumber(already) }, already),
      ]
      say(told.filter(Boolean).join('. '))
      done()
    },
  })
  return { text, role, emails, invitation }
}
