import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'

import { copyTest } from '@/api/tests'
import { useProblemText } from '@/kit/problems'
import { fail, say } from '@/kit/toasts'

import { useTestDesk } from './desk'

const LONGEST_TITLE = 200

/** Makes another test of the one on the desk, as it is written now, and goes there. */
export function useCopying() {
  const { t } = useI18n()
  const router = useRouter()
  const queries = useQueryClient()
  const problemText = useProblemText()
  const { test, fields, flush } = useTestDesk()

  return useMutation({
    mutationFn: async () => {
      if (!(await flush())) return null
      const title = t('teach.copy_of', { title: fields.title.slice(0, LONGEST_TITLE - t('teach.copy_of', { title: '' }).length) })
      return await copyTest(test.value.id, title)
    },
    onSuccess: async (copy) => {
      if (!copy) return
      void queries.invalidateQueries({ queryKey: ['draft', copy.course_id] })
      await router.push({ name: 'test-edit', params: { id: copy.id } })
      say(t('teach.copied'))
    },
    onError: (error) => fail(problemText(error)),
  })
}
