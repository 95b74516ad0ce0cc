import { useQueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'

import { idempotencyKey } from '@/api/client'
import { isProblem } from '@/api/problem'
import { archiveQuestion, type BankQuestion, changeQuestion, copyQuestion, type QuestionFields, restoreQuestion } from '@/api/questions'
import type { Id } from '@/api/types'
import { useFormat } from '@/kit/format'
import { useProblemText } from '@/kit/problems'
import { fail, say, sayUndo } from '@/kit/toasts'

import { withEach } from './each'
import { bankKey } from './queries'

type Change = (question: BankQuestion) => Partial<QuestionFields>

/** A change that holds whatever else someone has changed meanwhile: it is made to the question as it is now. */
async function changed(question: BankQuestion, change: Change): Promise<BankQuestion> {
  try {
    return await changeQuestion(question.id, question.version, change(question))
  } catch (error) {
    if (!isProblem(error, 'stale_edit')) throw error
    const current = error.current as BankQuestion
    return await changeQuestion(current.id, current.version, change(current))
  }
}

/** What is done with one question of a bank, or with many at once; what came of it is told. */
export function useQuestionActions(course: () => Id) {
  const { t } = useI18n()
  const { formatNumber } = useFormat()
  const problemText = useProblemText()
  const queries = useQueryClient()
  const router = useRouter()
  /** How far what is being done is. */
  const running = ref<{ through: number; of: number } | null>(null)

  async function each<Done>(questions: readonly BankQuestion[], act: (question: BankQuestion) => Promise<Done>) {
    running.value = { through: 0, of: questions.length }
    const { done, errors } = await withEach(questions, act, (through) => (running.value = { through, of: questions.length }))
    running.value = null
    await queries.invalidateQueries({ queryKey: bankKey(course()) })
    if (errors.length > 0) {
      fail(t('bank.some_failed', { count: formatNumber(errors.length), why: problemText(errors[0]) }, errors.length))
    }
    return done
  }

  const counted = (questions: readonly unknown[]) => ({ count: formatNumber(questions.length) })

  async function restore(questions: readonly BankQuestion[]): Promise<void> {
    const done = await each(questions, ({ id }) => restoreQuestion(id))
    if (done.length > 0) say(t('bank.restored', counted(done), done.length))
  }

  async function archive(questions: readonly BankQuestion[]): Promise<void> {
    const done = await each(questions, ({ id }) => archiveQuestion(id))
    if (done.length === 0) return
    const undo = () => each(done.map(({ thing }) => thing), ({ id }) => restoreQuestion(id))
    sayUndo(t('bank.archived', counted(done), done.length), t('app.undo'), undo)
  }

  /** Changes them, and offers to change them back as `before` says. */
  async function change(questions: readonly BankQuestion[], to: Change, before: Change, said: (count: number) => string): Promise<void> {
    const done = await each(questions, (question) => changed(question, to))
    if (done.length === 0) return
    const old = new Map(done.map(({ thing }) => [thing.id, before(thing)]))
    const undo = () => each(done.map(({ result }) => result), (question) => changed(question, () => old.get(question.id) ?? {}))
    sayUndo(said(done.length), t('app.undo'), undo)
  }

  const moveTo = (questions: readonly BankQuestion[], category: Id | null) =>
    change(
      questions.filter((question) => (question.category?.id ?? null) !== category),
      () => ({ category_id: category }),
      (question) => ({ category_id: question.category?.id ?? null }),
      (count) => t('bank.moved', { count: formatNumber(count) }, count),
    )

  const addTag = (questions: readonly BankQuestion[], tag: string) =>
    change(
      questions.filter(({ tags }) => !tags.includes(tag)),
      ({ tags }) => ({ tags: [...tags, tag] }),
      ({ tags }) => ({ tags }),
      (count) => t('bank.tagged', { tag, count: formatNumber(count) }, count),
    )

  async function copyHere(questions: readonly BankQuestion[]): Promise<void> {
    const keys = new Map(questions.map(({ id }) => [id, idempotencyKey()]))
    const done = await each(questions, ({ id }) => copyQuestion(id, course(), null, keys.get(id) ?? idempotencyKey()))
    const [copy] = done
    if (!copy) return
    const open = () => router.push({ name: 'question', params: { id: course(), question: copy.result.id } })
    if (done.length === 1) sayUndo(t('bank.copied', counted(done), 1), t('bank.open'), open)
    else say(t('bank.copied', counted(done), done.length))
  }

  return { running, archive, restore, moveTo, addTag, copyHere }
}
