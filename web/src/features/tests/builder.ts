import { computed, nextTick, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'

import type { FixedQuestion, TestEntry, TestSection } from '@/api/tests'
import { announce } from '@/kit/announce'
import { useFormat } from '@/kit/format'
import type { Place } from '@/kit/sorting'
import { sayUndo } from '@/kit/toasts'

import { beyond, extent, moved, newId, newSection, putBack, taken, withAdded, withEntry, withSection } from './arranging'
import { useTestDesk } from './desk'

/** What the bank's picker and the editor of questions say of a question. */
export type Chosen = Pick<FixedQuestion, 'id' | 'title' | 'kind' | 'points'>

export type Builder = ReturnType<typeof useBuilder>

/** The sections of a test and what they ask: every change shows at once and is saved by itself. */
export function useBuilder() {
  const { t } = useI18n()
  const { formatNumber } = useFormat()
  const { test, fields, change, mayEdit } = useTestDesk()

  const sections = computed(() => fields.sections)
  /** Chosen a moment ago: the server tells of them once the test is saved. */
  const chosen = shallowRef<ReadonlyMap<string, Chosen>>(new Map())
  const known = computed(() => new Map(test.value.questions.map((question) => [question.id, question])))
  const question = (id: string): (Chosen & Partial<FixedQuestion>) | undefined => known.value.get(id) ?? chosen.value.get(id)
  const available = computed(() => new Map(test.value.drawable.map(({ entry_id, available }) => [entry_id, available])))

  const total = computed(() => extent(sections.value, (id) => question(id)?.points))
  /** One section without anything of its own: there is nothing to tell of sections yet. */
  const isPlain = computed(() => {
    const [first, second] = sections.value
    return !second && !first?.title && !first?.text && !first?.shuffle
  })

  const put = (next: TestSection[]): void => change({ sections: next })

  function titleOf({ question_id, draw }: TestEntry): string {
    if (draw) return t('tests.draw.title')
    return question(question_id ?? '')?.title ?? t('tests.entry.question')
  }

  function place(to: Place): void {
    put(moved(sections.value, to))
  }

  /** Alt and an arrow at the end of a section take an entry into the next one. */
  async function step(id: string, direction: 'up' | 'down'): Promise<void> {
    const to = beyond(sections.value, id, direction)
    const entry = sections.value.flatMap(({ entries }) => entries).find((one) => one.id === id)
    if (!to || !entry) return
    place(to)
    announce(t('tests.section.moved_into', { title: titleOf(entry), section: nameOf(to.list) }))
    await nextTick()
    document.querySelector<HTMLElement>(`[data-sortable-id="${CSS.escape(id)}"] button`)?.focus()
  }

  function nameOf(section: string): string {
    const index = sections.value.findIndex(({ id }) => id === section)
    const { title = '' } = sections.value[index] ?? {}
    return title || t('tests.section.number', { number: formatNumber(index + 1) })
  }

  function addQuestions(questions: readonly Chosen[], section?: string): void {
    chosen.value = new Map([...chosen.value, ...questions.map((one) => [one.id, one] as const)])
    put(withAdded(sections.value, questions.map(({ id }) => ({ id: newId(), question_id: id, version: null, points: null })), section))
  }

  function addSection(): void {
    put([...(sections.value.length === 0 ? [newSection()] : sections.value), newSection()])
  }

  const changeSection = (id: string, part: Partial<TestSection>): void => put(withSection(sections.value, id, part))
  const changeEntry = (id: string, part: Partial<TestEntry>): void => put(withEntry(sections.value, id, part))

  function remove(id: string, title: string): void {
    const found = taken(sections.value, id)
    if (!found) return
    put(found.sections)
    sayUndo(t('tests.removed', { title }), t('app.undo'), () => put(putBack(sections.value, found.removed)))
  }

  return {
    sections,
    question,
    available,
    total,
    isPlain,
    mayEdit,
    titleOf,
    nameOf,
    place,
    step,
    addQuestions,
    addSection,
    changeSection,
    changeEntry,
    remove,
  }
}
