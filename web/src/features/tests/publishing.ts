import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'

import { idempotencyKey } from '@/api/client'
import { Problem } from '@/api/problem'
import { publishTest } from '@/api/tests'
import { useFormat } from '@/kit/format'
import { say } from '@/kit/toasts'

import { useTestDesk } from './desk'
import { useObstacles } from './obstacles'

/** Makes the draft of a test what learners take from now on. */
export function usePublishing(done: () => void) {
  const { t } = useI18n()
  const { formatNumber } = useFormat()
  const queries = useQueryClient()
  const { test } = useTestDesk()
  const { obstaclesIn } = useObstacles()
  const { id } = test.value
  const note = ref('')
  // One act, however often it is tried.
  let key = idempotencyKey()

  const publication = useMutation({
    mutationFn: () => publishTest(id, note.value.trim(), key),
    onSuccess: async ({ number }) => {
      say(t('tests.publish.done', { revision: formatNumber(number) }))
      done()
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['test', id] }),
        queries.invalidateQueries({ queryKey: ['course', test.value.course_id] }),
      ])
    },
    // Whoever mends the test publishes another one.
    onError: (error) => error instanceof Problem && (key = idempotencyKey()),
  })

  /** What keeps the test from being published. */
  const obstacles = computed(() => obstaclesIn(publication.error.value))

  return { note, publication, obstacles }
}
