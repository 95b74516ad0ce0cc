import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'

import { idempotencyKey } from '@/api/client'
import { publish } from '@/api/teaching'
import { useFormat } from '@/kit/format'
import { say } from '@/kit/toasts'

import { useDesk } from './desk'
import { changesQuery, draftQuery, revisionsQuery, taughtQuery } from './queries'

/** Makes the draft what learners read. */
export function usePublishing(done: () => void) {
  const { t } = useI18n()
  const { formatNumber } = useFormat()
  const queries = useQueryClient()
  const { course } = useDesk()
  const { id } = course.value
  const note = ref('')
  // One act, however often it is tried.
  const key = idempotencyKey()

  const changes = useQuery(() => changesQuery(id))
  const publication = useMutation({
    mutationFn: () => publish(id, note.value.trim(), key),
    onSuccess: async ({ number }) => {
      say(t('teach.publish.done', { revision: formatNumber(number) }))
      done()
      await Promise.all([
        queries.invalidateQueries({ queryKey: draftQuery(id).queryKey, exact: true }),
        queries.invalidateQueries({ queryKey: revisionsQuery(id).queryKey }),
        queries.invalidateQueries({ queryKey: taughtQuery.queryKey }),
        queries.invalidateQueries({ queryKey: ['course', id] }),
        queries.invalidateQueries({ queryKey: ['catalogue'] }),
      ])
    },
  })
  return { course, note, changes, publication }
}
