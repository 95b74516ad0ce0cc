import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'

import { idempotencyKey } from '@/api/client'
import { isProblem, Problem } from '@/api/problem'
import { publishTest } from '@/api/tests'
import { useFormat } from '@/kit/format'
import { say } from '@/kit/toasts'

import { useTestDesk } from './desk'

/** How a test stands: what learners take, what of it is not published, and from when to when. */
export function useStanding() {
  const { t } = useI18n()
  const { formatNumber, formatDate } = useFormat()
  const { test, course } = useTestDesk()

  const when = (time: string) => formatDate(time, { dateStyle: 'medium', timeStyle: 'short' })

  const standing = computed(() => {
    const { revision: number, differs, settings } = test.value
    if (number === null) return t('tests.standing.never')
    const revision = formatNumber(number)
    if (differs) return t('tests.standing.differs', { revision })
    const now = Date.now()
    const { opens_at: opens, closes_at: closes } = settings
    const told = t('tests.standing.published', { revision })
    if (opens && Date.parse(opens) > now) return `${told} · ${t('tests.standing.opens', { date: when(opens) })}`
    if (!closes) return told
    const isOver = Date.parse(closes) <= now
    return `${told} · ${isOver ? t('tests.standing.closed', { date: when(closes) }) : t('tests.standing.closes', { date: when(closes) })}`
  })

  /** Published, but not among what learners read of the course: they find no way to it. */
  const isHidden = computed(
    () =>
      test.value.revision !== null &&
      !course.value.outline.modules.some(({ items }) => items.some(({ id }) => id === test.value.id)),
  )
  const mayPublish = computed(() => test.value.differs && test.value.sections.some(({ entries }) => entries.length > 0))

  return { standing, isHidden, mayPublish }
}

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
    return error.fields.map(({ pointer, detail }) => {
      const [, section, entry, part] = /^\/sections\/(\d+)\/entries\/(\d+)\/?(.*)$/.exec(pointer) ?? []
      const id = test.value.sections[Number(section)]?.entries[Number(entry)]?.id ?? null
      const words: Record<string, string> = {
        'draw/count': t('tests.publish.too_few'),
        'points': t('tests.publish.other_points'),
        'question_id': t('tests.publish.gone'),
      }
      return { pointer, entry: id, text: words[part ?? ''] ?? detail }
    })
  })

  return { note, publication, obstacles }
}
