import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'

import { addToClass, removeFromClass } from '@/api/classes'
import type { Class, ClassMember, Id } from '@/api/types'
import { useSettled } from '@/kit/delayed'
import { useFormat } from '@/kit/format'
import { useProblemText } from '@/kit/problems'
import { fail, say, sayUndo } from '@/kit/toasts'

import { classMembersQuery } from './queries'

/** Who is in a class that staff choose for: found, added, taken out. */
export function useClassRoster(of: () => Class, added: () => unknown) {
  const { t } = useI18n()
  const { formatNumber } = useFormat()
  const problemText = useProblemText()
  const queries = useQueryClient()

  const words = ref('')
  const q = useSettled(() => words.value.trim())
  const query = useInfiniteQuery(() => classMembersQuery(of().id, q.value))
  const members = computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? [])

  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['class', of().id] }),
      queries.invalidateQueries({ queryKey: ['classes', of().course_id] }),
    ])

  const addition = useMutation({
    mutationFn: (accounts: Id[]) => addToClass(of().id, accounts),
    onSuccess: ({ added: count }) => {
      say(t('classes.roster.added', { count: formatNumber(count) }, count))
      added()
    },
    onSettled: refresh,
  })

  const returning = useMutation({
    mutationFn: (account: Id) => addToClass(of().id, [account]),
    onError: (error) => fail(problemText(error)),
    onSettled: refresh,
  })

  const removal = useMutation({
    mutationFn: ({ account }: ClassMember) => removeFromClass(of().id, account.id),
    onSuccess: (_, { account }) => {
      sayUndo(t('classes.roster.removed', { name: account.name }), t('app.undo'), () => returning.mutate(account.id))
    },
    onError: (error) => fail(problemText(error)),
    onSettled: refresh,
  })
  return { words, q, query, members, addition, removal }
}
