import { useInfiniteQuery, useMutation } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'

import { admit, changeMember, removeMember } from '@/api/groups'
import { isProblem } from '@/api/problem'
import type { Group, GroupMember, GroupRole, Id } from '@/api/types'
import { useSettled } from '@/kit/delayed'
import { useFormat } from '@/kit/format'
import { useProblemText } from '@/kit/problems'
import { fail, say, sayUndo } from '@/kit/toasts'

import { useGroupRefresh } from './group'
import { membersQuery, requestsQuery } from './queries'

/** For how long one can be muted. */
export const MUTES = [60, 24 * 60, 7 * 24 * 60]

/** Who is in the group, found by name. */
export function useMembers(id: () => Id) {
  const words = ref('')
  const q = useSettled(() => words.value.trim())
  const query = useInfiniteQuery(() => membersQuery(id(), q.value))
  const members = computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? [])
  return { words, q, query, members }
}

/** Who has asked to be let in. */
export function useRequests(group: () => Group) {
  const { t } = useI18n()
  const problemText = useProblemText()
  const refresh = useGroupRefresh()
  const query = useInfiniteQuery(() => requestsQuery(group().id))
  const requests = computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? [])

  const decision = useMutation({
    mutationFn: ({ member, admitted }: { member: GroupMember; admitted: boolean }) =>
      admitted ? admit(group().id, member.account.id) : removeMember(group().id, member.account.id),
    onSuccess: (_, { member, admitted }) => {
      const { name } = member.account
      say(admitted ? t('groups.requests.admitted', { name }) : t('groups.requests.declined', { name }))
    },
    onError: (error) => fail(problemText(error)),
    onSettled: () => refresh(group()),
  })
  return { query, requests, decision }
}

interface Change {
  member: GroupMember
  role?: GroupRole
  mute_minutes?: number
}

/** What moderators do with members; what can be undone is done at once. */
export function useMemberActions(group: () => Group) {
  const { t } = useI18n()
  const { formatDate } = useFormat()
  const problemText = useProblemText()
  const refresh = useGroupRefresh()
  const hooks = { onError: (error: Error) => fail(problemText(error)), onSettled: () => refresh(group()) }

  const change = useMutation({
    mutationFn: ({ member, ...part }: Change) => changeMember(group().id, member.account.id, part),
    ...hooks,
  })

  const returning = useMutation({
    mutationFn: async ({ account, role }: GroupMember) => {
      await admit(group().id, account.id)
      if (role !== 'member') await changeMember(group().id, account.id, { role })
    },
    ...hooks,
  })

  const removal = useMutation({
    mutationFn: (member: GroupMember) => removeMember(group().id, member.account.id),
    onSuccess: (_, member) => {
      sayUndo(t('groups.members.removed', { name: member.account.name }), t('app.undo'), () => returning.mutate(member))
    },
    ...hooks,
  })

  function assign(member: GroupMember, role: GroupRole): void {
    const told = t('groups.members.became', { name: member.account.name, role: t(`groups.role.${role}`) })
    change.mutate({ member, role }, {
      onSuccess: () => sayUndo(told, t('app.undo'), () => change.mutate({ member, role: member.role })),
    })
  }

  function mute(member: GroupMember, minutes: number): void {
    const { name } = member.account
    change.mutate({ member, mute_minutes: minutes }, {
      onSuccess: ({ muted_until: until }) => {
        if (!until) return say(t('groups.members.unmuted', { name }))
        const date = formatDate(until, { dateStyle: 'medium', timeStyle: 'short' })
        return sayUndo(t('groups.members.muted_until', { name, date }), t('app.undo'), () =>
          change.mutate({ member, mute_minutes: 0 }),
        )
      },
    })
  }

  return { assign, mute, removal }
}

/** Brings in people who have not asked. */
export function useBringing(group: () => Group, done: () => unknown) {
  const { t } = useI18n()
  const { formatNumber } = useFormat()
  const refresh = useGroupRefresh()

  /** One more, or none for whoever is in the group already. */
  async function bring(account: Id): Promise<0 | 1> {
    try {
      await admit(group().id, account)
      return 1
    } catch (error) {
      if (isProblem(error, 'already_member')) return 0
      throw error
    }
  }

  return useMutation({
    mutationFn: async (accounts: Id[]) => {
      let added = 0
      for (const account of accounts) added += await bring(account)
      return added
    },
    onSuccess: (added) => {
      say(t('groups.members.added', { count: formatNumber(added) }, added))
      done()
    },
    onSettled: () => refresh(group()),
  })
}
