import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'

import { restoreRevision } from '@/api/teaching'
import type { Revision } from '@/api/types'
import { useFormat } from '@/kit/format'
import { say } from '@/kit/toasts'

import { useDesk } from './desk'
import { changesQuery, draftQuery, revisionsQuery } from './queries'

/** What has been published, and the way back to it. */
export function useRevisions() {
  const { course } = useDesk()
  const query = useInfiniteQuery(() => revisionsQuery(course.value.id))
  const revisions = computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? [])

  /** The revision that is being looked at, or gone back to. */
  const looked = ref<Revision | null>(null)
  const asked = ref<Revision | null>(null)
  return { query, revisions, looked, asked, restoration: useRestoration(() => (asked.value = null)) }
}

/** How the draft differs from a revision. */
export function useChangesSince(revision: () => Revision) {
  const { course } = useDesk()
  return useQuery(() => changesQuery(course.value.id, revision().number))
}

function useRestoration(done: () => void) {
  const { t } = useI18n()
  const { formatNumber } = useFormat()
  const queries = useQueryClient()
  const { course } = useDesk()

  return useMutation({
    mutationFn: ({ number }: Revision) => restoreRevision(course.value.id, number),
    onSuccess: async (_, { number }) => {
      done()
      // Every item of the draft may be another one now.
      await queries.resetQueries({ queryKey: [...draftQuery(course.value.id).queryKey, 'item'] })
      await queries.invalidateQueries({ queryKey: draftQuery(course.value.id).queryKey, exact: true })
      say(t('teach.revisions.restored', { revision: formatNumber(number) }))
    },
  })
}
