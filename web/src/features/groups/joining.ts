import { useMutation } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'

import { join } from '@/api/groups'
import type { Group } from '@/api/types'
import { useProblemText } from '@/kit/problems'
import { fail, say } from '@/kit/toasts'

import { useGroupRefresh } from './group'

/** Joins a group that one has found, or asks to be let in. */
export function useJoining() {
  const { t } = useI18n()
  const router = useRouter()
  const problemText = useProblemText()
  const refresh = useGroupRefresh()

  return useMutation({
    mutationFn: (group: Group) => join(group.id),
    onSuccess: async ({ state }, group) => {
      await refresh(group)
      if (state === 'active') await router.push({ name: 'group', params: { id: group.id } })
      else say(t('groups.asked_for', { name: group.name }))
    },
    // Full, archived, or gone by now: the list says so.
    onError: async (error, group) => {
      fail(problemText(error))
      await refresh(group)
    },
  })
}
