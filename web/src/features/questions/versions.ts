import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

import { type BankQuestion, restoreQuestionVersion } from '@/api/questions'
import { bankKey } from '@/features/bank/queries'
import { useFormat } from '@/kit/format'
import { useProblemText } from '@/kit/problems'
import { fail, sayUndo } from '@/kit/toasts'

import { questionQuery, versionsQuery } from './queries'

/** What a question was, and the way back to it: which is one more version, and can be undone like any other. */
export function useVersions(question: () => BankQuestion, restored: (fresh: BankQuestion) => void) {
  const { t } = useI18n()
  const { formatNumber } = useFormat()
  const queries = useQueryClient()
  const problemText = useProblemText()
  const query = useInfiniteQuery(() => versionsQuery(question().id))
  const versions = computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? [])

  function known(fresh: BankQuestion): void {
    queries.setQueryData(questionQuery(fresh.id).queryKey, fresh)
    void queries.invalidateQueries({ queryKey: versionsQuery(fresh.id).queryKey })
    void queries.invalidateQueries({ queryKey: bankKey(fresh.course_id) })
    restored(fresh)
  }

  const restoration = useMutation({
    mutationFn: ({ number }: { number: number; from: number }) => restoreQuestionVersion(question().id, number),
    onSuccess: (fresh, { number, from }) => {
      known(fresh)
      sayUndo(t('questions.versions.restored', { number: formatNumber(number) }), t('app.undo'), () => back.mutate(from))
    },
  })
  const back = useMutation({
    mutationFn: (number: number) => restoreQuestionVersion(question().id, number),
    onSuccess: known,
    onError: (error) => fail(problemText(error)),
  })

  return { query, versions, restoration }
}
