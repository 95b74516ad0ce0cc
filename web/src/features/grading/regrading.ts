import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'

import type { Body } from '@/api/bodies'
import { idempotencyKey } from '@/api/client'
import { beginRegrade, type Correction, type CorrectionKind, previewRegrade, type Regrade } from '@/api/grading'
import { questionVersions } from '@/api/questions'
import type { Id } from '@/api/types'
import { inWords } from '@/features/bank/words'
import { statisticsQuery } from '@/features/results/queries'
import { announce } from '@/kit/announce'
import { useFormat } from '@/kit/format'
import { say } from '@/kit/toasts'

import { faultOf, hasKey } from './keys'
import { regradesQuery } from './queries'

const POLL = 1_000

/** A question as its author wrote the version that takers were asked; null where the bank has it no more. */
async function bodyOf(question: Id, version: number, signal: AbortSignal): Promise<Body | null> {
  let after: string | undefined
  do {
    const page = await questionVersions(question, after, signal)
    const found = page.items.find(({ number }) => number === version)
    if (found) return found.body
    after = page.next ?? undefined
  } while (after)
  return null
}

/** Corrections that were made in a test; those that are still being carried out are followed to their end. */
export function useRegrades(test: Id) {
  const { t } = useI18n()
  const { formatNumber } = useFormat()
  const queries = useQueryClient()
  const query = useInfiniteQuery(() => ({
    ...regradesQuery(test),
    refetchInterval: ({ state }: { state: { data?: { pages: { items: Regrade[] }[] } | undefined } }) =>
      state.data?.pages.some(({ items }) => items.some((one) => one.state !== 'done')) ? POLL : (false as const),
  }))
  const list = computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? [])
  const running = computed(() => list.value.filter(({ state }) => state !== 'done').map(({ id }) => id))

  watch(running, (now, before) => {
    for (const id of before.filter((one) => !now.includes(one))) {
      const done = list.value.find((one) => one.id === id)
      if (!done) continue
      const { changed } = done
      const title = inWords(done.question.title)
      const words = changed === 0 ? t('grading.regrade.finished_none', { title }) : t('grading.regrade.finished', { title, count: formatNumber(changed) }, changed)
      say(words)
      announce(words)
      void queries.invalidateQueries({ queryKey: ['results', test] })
    }
  })
  return { query, list }
}

/** Correcting a question: which, how, why; what it would change, and then doing it. */
export function useCorrection(test: Id, { asked, takesBack }: { asked: Id | undefined; takesBack: boolean }, begun: (regrade: Regrade) => unknown) {
  const queries = useQueryClient()
  const questions = useQuery(() => statisticsQuery(test))
  const question = ref(asked ?? '')
  const chosen = computed(() => questions.data.value?.items.find(({ question: { id } }) => id === question.value))

  const kind = ref<CorrectionKind>(takesBack ? 'published' : 'key')
  const reason = ref('')
  /** The key as it was published, and as it is being corrected. */
  const published = useQuery(() => ({
    queryKey: ['published-key', question.value, chosen.value?.question.version],
    queryFn: ({ signal }: { signal: AbortSignal }) => bodyOf(question.value, chosen.value?.question.version ?? 0, signal),
    enabled: chosen.value !== undefined && hasKey(chosen.value.question),
    staleTime: 'static' as const,
  }))
  const body = shallowRef<Body | null>(null)
  watch(
    () => published.data.value,
    (found) => (body.value = found ?? null),
    { immediate: true },
  )
  watch(chosen, (now) => {
    if (now && !hasKey(now.question) && kind.value === 'key') kind.value = 'full_marks'
  }, { immediate: true })

  const isSameKey = computed(() => kind.value === 'key' && body.value !== null && JSON.stringify(body.value) === JSON.stringify(published.data.value))
  const fault = computed(() => (kind.value === 'key' && body.value ? faultOf(body.value) : null))
  const correction = computed<Correction | null>(() => {
    if (!chosen.value || !reason.value.trim() || fault.value) return null
    const common = { question_id: question.value, reason: reason.value.trim() }
    switch (kind.value) {
      case 'key':
        return body.value && !isSameKey.value ? { ...common, body: body.value } : null
      case 'void':
        return { ...common, void: true }
      case 'full_marks':
        return { ...common, full_marks: true }
      case 'published':
        return common
    }
  })

  const preview = useMutation({ mutationFn: (wanted: Correction) => previewRegrade(test, wanted) })
  let key = idempotencyKey()
  const doing = useMutation({
    mutationFn: (wanted: Correction) => beginRegrade(test, wanted, key),
    onSuccess: async (regrade) => {
      reason.value = ''
      question.value = ''
      await queries.invalidateQueries({ queryKey: regradesQuery(test).queryKey, exact: true })
      return begun(regrade)
    },
  })

  // What was looked at holds for exactly this.
  watch(correction, () => {
    key = idempotencyKey()
    preview.reset()
    doing.reset()
  })

  return { questions, question, chosen, kind, reason, published, body, isSameKey, fault, correction, preview, doing }
}
