import { computed, nextTick, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { type RouteLocationRaw, useRoute, useRouter } from 'vue-router'

import { question as read } from '@/api/questions'
import type { DrawRule, FixedQuestion, TestEntry, TestSection } from '@/api/tests'
import { useFacts } from '@/features/bank/facts'
import { useCategories } from '@/features/bank/listing'
import { inWords } from '@/features/bank/words'
import { announce } from '@/kit/announce'
import { useFormat } from '@/kit/format'
import { useProblemText } from '@/kit/problems'
import type { Place } from '@/kit/sorting'
import { fail, say, sayUndo } from '@/kit/toasts'

import { beyond, extent, moved, newId, newSection, places, putBack, taken, withAdded, withEntry, withSection } from './arranging'
import { useTestDesk } from './desk'

/** A name keeps its own direction among words of the other one. */
const apart = (name: string) => `\u2068${name}\u2069`

/** What the bank's picker and the editor of questions say of a question. */
export type Chosen = Pick<FixedQuestion, 'id' | 'title' | 'kind' | 'points'>

/** A draw that is being written: one that is there, or a new one for a section. */
export type Drawn = { entry: TestEntry } | { section: string | undefined }

export type Builder = ReturnType<typeof useBuilder>

/** The sections of a test and what they ask: every change shows at once and is saved by itself. */
export function useBuilder() {
  const { t } = useI18n()
  const { formatNumber } = useFormat()
  const { kindOf, pathOf } = useFacts()
  const { test, course, fields, change, mayEdit } = useTestDesk()

  const sections = computed(() => fields.sections)
  /** Chosen a moment ago: the server tells of them once the test is saved. */
  const chosen = shallowRef<ReadonlyMap<string, Chosen>>(new Map())
  const known = computed(() => new Map(test.value.questions.map((question) => [question.id, question])))
  const question = (id: string): (Chosen & Partial<FixedQuestion>) | undefined => known.value.get(id) ?? chosen.value.get(id)
  const available = computed(() => new Map(test.value.drawable.map((one) => [one.entry_id, one])))
  const { rows: categories } = useCategories(() => course.value.id)

  const total = computed(() => extent(sections.value, (id) => question(id)?.points))
  const order = computed(() => places(sections.value))
  const numbers = computed(
    () =>
      new Map(
        [...order.value].map(([id, { first, last }]) => [
          id,
          first === last ? formatNumber(first) : `${formatNumber(first)}–${formatNumber(last)}`,
        ]),
      ),
  )
  /** One section without anything of its own: there is nothing to tell of sections yet. */
  const isPlain = computed(() => {
    const [first, second] = sections.value
    return !second && !first?.title && !first?.text && !first?.shuffle
  })
  /** The question that is looked at, the draw that is being written, and where questions are being chosen for. */
  const looked = shallowRef<TestEntry | null>(null)
  const drawn = shallowRef<Drawn | null>(null)
  const picking = ref<{ section: string | undefined } | null>(null)

  const put = (next: TestSection[]): void => change({ sections: next })

  function titleOf({ question_id, draw }: TestEntry): string {
    if (draw) return t('tests.draw.some', { count: formatNumber(draw.count) }, draw.count)
    return inWords(question(question_id ?? '')?.title ?? '') || t('tests.entry.question')
  }

  function factsOf(entry: TestEntry): string[] {
    const { draw, question_id, version } = entry
    if (draw) return drawFacts(entry.id, draw)
    const found = question(question_id ?? '')
    return [
      ...(found ? [kindOf(found.kind)] : []),
      ...(version ? [t('tests.entry.version', { version: formatNumber(version) })] : []),
      ...(found?.archived ? [t('tests.entry.archived')] : []),
    ]
  }

  function drawFacts(id: string, { category_id, tags = [], difficulty }: DrawRule): string[] {
    const category = categories.value.find((row) => row.category.id === category_id)?.category
    const there = available.value.get(id)?.available
    return [
      category_id ? t('tests.draw.from', { category: category ? apart(pathOf(category.path)) : '…' }) : t('tests.draw.anywhere'),
      ...tags.map((tag) => t('tests.draw.tag', { tag: apart(tag) })),
      ...(difficulty ? [t(`bank.difficulty.${difficulty}`)] : []),
      ...(there === undefined ? [] : [t('tests.draw.there', { count: formatNumber(there) }, there)]),
    ]
  }

  /** What a draw lacks, in words. */
  function shortage({ id, draw }: TestEntry): string | undefined {
    const found = available.value.get(id)
    if (!draw || !found || found.gives >= draw.count) return undefined
    return found.available < draw.count ? t('tests.draw.too_few') : t('tests.draw.shared')
  }

  /** The page where a question is written. */
  function editorOf({ question_id }: TestEntry): RouteLocationRaw | undefined {
    if (!question_id) return undefined
    return { name: 'question', params: { id: course.value.id, question: question_id }, query: { for: test.value.id } }
  }

  /** What an entry counts; null where the bank says it for each question drawn. */
  const worth = ({ question_id, points }: TestEntry) => points ?? question(question_id ?? '')?.points ?? null

  /** What the bank says is not written down: it holds when the bank says otherwise one day. */
  function setWorth({ id, question_id }: TestEntry, points: number | null): void {
    put(withEntry(sections.value, id, { points: points === question(question_id ?? '')?.points ? null : points }))
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

  /** Takes over a draw as it was written. */
  function draw(rule: DrawRule, points: number | null): void {
    const to = drawn.value
    drawn.value = null
    if (!to) return
    if ('entry' in to) put(withEntry(sections.value, to.entry.id, { draw: rule, points }))
    else put(withAdded(sections.value, [{ id: newId(), draw: rule, points }], to.section))
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
    test,
    course,
    sections,
    question,
    total,
    places: order,
    size: computed(() => total.value.questions),
    numbers,
    isPlain,
    mayEdit,
    looked,
    drawn,
    picking,
    titleOf,
    factsOf,
    shortage,
    editorOf,
    worth,
    setWorth,
    nameOf,
    place,
    step,
    addQuestions,
    draw,
    addSection,
    changeSection,
    changeEntry,
    remove,
  }
}

/** Questions that were written for the test come back in the address, and are asked last. */
export function useArrivals({ addQuestions, mayEdit }: Builder): void {
  const { t } = useI18n()
  const route = useRoute()
  const router = useRouter()
  const problemText = useProblemText()
  const { formatNumber } = useFormat()

  async function arrive(ids: readonly string[]): Promise<void> {
    await router.replace({ query: {} })
    try {
      const made = await Promise.all(ids.map((id) => read(id)))
      addQuestions(made)
      const [first] = made
      if (made.length === 1 && first) say(t('tests.added', { title: inWords(first.title) }))
      else say(t('tests.added_several', { count: formatNumber(made.length) }, made.length))
    } catch (error) {
      fail(problemText(error))
    }
  }

  watch(
    () => [route.query.add].flat().filter((id) => typeof id === 'string'),
    (ids) => {
      if (ids.length > 0 && mayEdit.value) void arrive(ids)
    },
    { immediate: true },
  )
}
