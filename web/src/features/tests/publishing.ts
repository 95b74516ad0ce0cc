import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'

import { idempotencyKey } from '@/api/client'
import { isProblem, Problem } from '@/api/problem'
import { publishTest } from '@/api/tests'
import { useFormat } from '@/kit/format'
import { say } from '@/kit/toasts'

import { places } from './arranging'
import { useTestDesk } from './desk'

/** Makes the draft of a test what learners take from now on. */
export function usePublishing(done: () => void) {
  const { t } = useI18n()
  const { formatNumber } = useFormat()
  const queries = useQueryClient()
  const { test } = useTestDesk()
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

  /** What keeps the test from being published, with the entry that it is about. */
  const obstacles = computed(() => {
    const error = publication.error.value
    if (!isProblem(error, 'unfit_test')) return []
    const order = places(test.value.sections)
    return error.fields.map(({ pointer, detail }) => {
      const [, section, entry, part] = /^\/sections\/(\d+)\/entries\/(\d+)\/?(.*)$/.exec(pointer) ?? []
      const at = order.get(test.value.sections[Number(section)]?.entries[Number(entry)]?.id ?? '')
      const words: Record<string, string> = {
        'draw/count': t('tests.publish.too_few'),
        'points': t('tests.publish.other_points'),
        'question_id': t('tests.publish.gone'),
      }
      return { pointer, number: at && formatNumber(at.first), text: words[part ?? ''] ?? detail }
    })
  })

  return { note, publication, obstacles }
}
