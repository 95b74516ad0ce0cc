import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'

import { removeMember } from '@/api/groups'
import type { Group, Id } from '@/api/types'
import { useMe } from '@/app/session'
import { useProblemText } from '@/kit/problems'
import { fail, say } from '@/kit/toasts'

import { inboxQuery } from './inbox'
import { groupQuery } from './queries'

export const useGroup = (id: () => Id) => useQuery(() => groupQuery(id()))

/** All that shows a group is asked for again: it, who is in it, its class's list, and my groups; not what is said in it. */
export function useGroupRefresh() {
  const queries = useQueryClient()
  return ({ id, class: within }: Pick<Group, 'id' | 'class'>) =>
    Promise.all([
      queries.invalidateQueries({ queryKey: groupQuery(id).queryKey, exact: true }),
      queries.invalidateQueries({ queryKey: ['group', id, 'members'] }),
      queries.invalidateQueries({ queryKey: ['group', id, 'requests'] }),
      queries.invalidateQueries({ queryKey: ['class', within.id] }),
      queries.invalidateQueries({ queryKey: inboxQuery.queryKey }),
    ])
}

/** Goes out of a group, or takes back having asked to be let in. */
export function useLeaving() {
  const { t } = useI18n()
  const router = useRouter()
  const queries = useQueryClient()
  const problemText = useProblemText()
  const refresh = useGroupRefresh()
  const { account } = useMe()

  const leaving = useMutation({
    mutationFn: (group: Group) => removeMember(group.id, account.value?.id ?? ''),
    onSuccess: async (_, group) => {
      await router.push({ name: 'groups' })
      queries.removeQueries({ queryKey: groupQuery(group.id).queryKey })
      await refresh(group)
      say(t('groups.left', { name: group.name }))
    },
  })

  const withdrawal = useMutation({
    mutationFn: (group: Group) => removeMember(group.id, account.value?.id ?? ''),
    onSettled: (_done, _error, group) => refresh(group),
    onError: (error) => fail(problemText(error)),
  })
  return { leaving, withdrawal }
}
