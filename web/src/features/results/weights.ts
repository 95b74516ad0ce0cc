import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, reactive, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'

import * as api from '@/api/results'
import type { Book, Missing, Weights } from '@/api/results'
import { isProblem } from '@/api/problem'
import type { Id } from '@/api/types'
import { useFormat } from '@/kit/format'
import { useProblemText } from '@/kit/problems'
import { fail, sayUndo } from '@/kit/toasts'

import { clashes, merged, readWeight, shares, type Weighing, weightIn, weightsOf } from './weighing'

/** What the tests of a course weigh, while somebody writes it; where two do so at once, both versions. */
export function useWeights(course: () => Id, book: Book, done: () => void) {
  const { t } = useI18n()
  const { formatNumber } = useFormat()
  const problemText = useProblemText()
  const queries = useQueryClient()

  const ids = book.tests.map(({ id }) => id)
  /** As the server has them: before an own change, so that it can be undone. */
  let base: Weights = { version: book.version, missing: book.missing, weights: weightsOf(book) }
  const typed = reactive<Record<Id, string>>(Object.fromEntries(book.tests.map(({ id, weight }) => [id, String(weight)])))
  const missing = ref<Missing>(book.missing)
  const theirs = shallowRef<Weights | null>(null)

  const numbers = computed(() => ids.map((id) => readWeight(typed[id] ?? '')))
  const parts = computed(() => shares(numbers.value))
  const isReadable = computed(() => !numbers.value.includes(null))

  const mine = (): Weighing => ({
    missing: missing.value,
    weights: Object.fromEntries(ids.map((id, index) => [id, numbers.value[index] ?? weightIn(base, id)])),
  })

  const refresh = () => queries.invalidateQueries({ queryKey: ['gradebook', course()] })

  const undoing = useMutation({
    mutationFn: (before: Weights) => api.setWeights(course(), before),
    onError: (error) => fail(problemText(error)),
    onSettled: refresh,
  })

  const saving = useMutation({
    mutationFn: (weighing: Weighing) => api.setWeights(course(), { version: base.version, ...weighing }),
    onSuccess: ({ version }) => {
      const before = { ...base, version }
      done()
      sayUndo(t('results.weights.saved'), t('app.undo'), () => undoing.mutate(before))
    },
    onError: (error) => {
      if (isProblem(error, 'stale_edit')) meet(error.current as Weights)
    },
    onSettled: refresh,
  })

  /** Someone else was quicker: what only one of us changed goes together. */
  function meet(others: Weights): void {
    const { tests, missing: both } = clashes(base, mine(), others, ids)
    if (tests.length > 0 || both) theirs.value = others
    else send(others)
  }

  function send(others: Weights): void {
    const weighing = merged(base, mine(), others, ids)
    base = others
    theirs.value = null
    missing.value = weighing.missing
    for (const id of ids) typed[id] = String(weightIn(weighing, id))
    saving.mutate(weighing)
  }

  function keepMine(): void {
    if (theirs.value) send(theirs.value)
  }

  const said = (weight: number) => formatNumber(weight)
  const conflicts = computed(() => {
    if (!theirs.value) return []
    const found = clashes(base, mine(), theirs.value, ids)
    const others = theirs.value
    return [
      ...book.tests
        .filter(({ id }) => found.tests.includes(id))
        .map(({ id, title }) => ({ label: title, mine: said(mine().weights[id] ?? 1), theirs: said(weightIn(others, id)) })),
      ...(found.missing
        ? [{ label: t('results.weights.missing'), mine: t(`results.weights.${missing.value}`), theirs: t(`results.weights.${others.missing}`) }]
        : []),
    ]
  })

  return { typed, missing, numbers, parts, isReadable, saving, conflicts, save: () => saving.mutate(mine()), keepMine, takeTheirs: done }
}
