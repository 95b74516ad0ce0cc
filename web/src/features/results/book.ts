import { type InfiniteData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, type Ref, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'

import * as api from '@/api/results'
import type { Book, BookLine, BookTest, Cell, Override } from '@/api/results'
import type { Id } from '@/api/types'
import { useSettled } from '@/kit/delayed'
import { useProblemText } from '@/kit/problems'
import { fail, sayUndo } from '@/kit/toasts'

import { bookQuery } from './queries'

/** A learner in a test, as one opens it. */
export interface Opened {
  line: BookLine
  test: BookTest
  cell: Cell
}

/** The gradebook of a course, page by page. */
export function useBook(course: () => Id) {
  const words = ref('')
  const q = useSettled(() => words.value.trim())
  const query = useInfiniteQuery(() => bookQuery(course(), q.value))
  const pages = computed(() => query.data.value?.pages ?? [])
  /** Tests and weights are the same on each page; the newest page knows best. */
  const book = computed(() => pages.value.at(-1))
  const lines = computed(() => pages.value.flatMap(({ items }) => items))
  const tests = computed(() => book.value?.tests ?? [])

  const place = shallowRef<{ learner: Id; test: Id } | null>(null)
  /** Found anew in what is read: it may change while it is open. */
  const opened = computed<Opened | null>(() => {
    const line = lines.value.find(({ learner }) => learner.id === place.value?.learner)
    const test = tests.value.find(({ id }) => id === place.value?.test)
    const cell = test && line?.cells[test.id]
    return line && cell ? { line, test, cell } : null
  })
  const open = (line: BookLine, test: BookTest) => (place.value = { learner: line.learner.id, test: test.id })
  const close = () => (place.value = null)

  return { words, q, query, book, lines, tests, opened, open, close }
}

/** Writes another result than the attempts say, and takes it back. */
export function useOverriding(course: () => Id, done: () => void) {
  const { t } = useI18n()
  const problemText = useProblemText()
  const queries = useQueryClient()

  interface Act {
    learner: { id: Id; name: string }
    test: Id
    override: Pick<Override, 'percent' | 'reason'>
  }

  /** Totals are the server's to say. */
  const refresh = () => queries.invalidateQueries({ queryKey: ['gradebook', course()] })

  function show({ learner, test }: Pick<Act, 'learner' | 'test'>, change: (cell: Cell) => Cell): void {
    queries.setQueriesData<InfiniteData<Book>>({ queryKey: ['gradebook', course()] }, (known) =>
      known && {
        ...known,
        pages: known.pages.map((page) => ({
          ...page,
          items: page.items.map((line) => {
            const cell = line.cells[test]
            return line.learner.id === learner.id && cell ? { ...line, cells: { ...line.cells, [test]: change(cell) } } : line
          }),
        })),
      },
    )
  }

  const writing = useMutation({
    mutationFn: ({ learner, test, override }: Act) => api.setOverride(course(), learner.id, test, override),
    onSuccess: (cell, act) => {
      show(act, () => cell)
      done()
    },
    onSettled: refresh,
  })

  const returning = useMutation({
    mutationFn: ({ learner, test, override }: Act) => api.setOverride(course(), learner.id, test, override),
    onSuccess: (cell, act) => show(act, () => cell),
    onError: (error) => fail(problemText(error)),
    onSettled: refresh,
  })

  const removal = useMutation({
    mutationFn: ({ learner, test }: Act) => api.withdrawOverride(course(), learner.id, test),
    onSuccess: (_, act) => {
      show(act, (cell) => ({ ...cell, percent: cell.override?.instead_of ?? null, passed: null, override: null }))
      done()
      sayUndo(t('results.override.removed', { name: act.learner.name }), t('app.undo'), () => returning.mutate(act))
    },
    onSettled: refresh,
  })

  return { writing, removal }
}

/** The form of an override: what is typed, and what is wrong with it once one has tried. */
export function useOverrideForm(opened: Ref<Opened>, read: (text: string) => number | null) {
  const { t } = useI18n()
  const { override } = opened.value.cell
  const percent = ref(override ? String(Math.round(override.percent * 100) / 100) : '')
  const reason = ref(override?.reason ?? '')
  const isTried = ref(false)

  const value = computed(() => {
    const found = read(percent.value)
    return found !== null && found >= 0 && found <= 100 ? found : null
  })
  const faults = computed(() => ({
    percent: isTried.value && value.value === null ? t('results.override.not_percent') : undefined,
    reason: isTried.value && !reason.value.trim() ? t('results.override.no_reason') : undefined,
  }))

  /** What to write, where it can be. */
  function take(): Pick<Override, 'percent' | 'reason'> | null {
    isTried.value = true
    return value.value === null || !reason.value.trim() ? null : { percent: value.value, reason: reason.value.trim() }
  }
  return { percent, reason, faults, take }
}
