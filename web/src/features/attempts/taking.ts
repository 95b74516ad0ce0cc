import { useQueryClient } from '@tanstack/vue-query'
import { computed, inject, type InjectionKey, onScopeDispose, provide, reactive, ref, shallowRef, watch } from 'vue'

import { type Attempt, type AttemptCard, saveAnswer, submitAttempt } from '@/api/attempts'
import type { File as StoredFile, Id, Time } from '@/api/types'
import { courseQuery } from '@/features/courses/queries'
import { dropStash, readStash, writeStash } from '@/kit/stash'

import { ServerClock } from './clock'
import { keeping, stashOf } from './kept'
import { attemptQuery, testQuery } from './queries'
import { asked, isAnswered, isPaged, resumeAt } from './questions'
import { Answers } from './sending'

/** What a request that outlives its page may carry, in bytes, with room for the others. */
const LARGEST_LAST = 16_000

/** An attempt that is being taken: its questions, the answers and their way, and where in it one is. */
export function useTaking(attempt: () => Attempt) {
  const queries = useQueryClient()
  const { id, sections, answers: saved, files: sent, go_back: goBack, now } = attempt()
  const order = asked(sections)
  const clock = new ServerClock(now)
  const deadline = ref<Time | null>(attempt().deadline_at)
  const files = shallowRef(new Map(sent.map((file) => [file.id, file])))
  /** Set once no answer is taken any more. */
  const closed = shallowRef<{ card: AttemptCard | null } | null>(null)

  const answers = new Answers(
    order.map(({ question }) => question.id),
    saved,
    {
      clock,
      keeping: keeping(id),
      put: (question, change, signal) => saveAnswer(id, question, change, { signal }),
      deadline: (at) => (deadline.value = at),
      closed: (card) => (closed.value = { card }),
      overtaken: () => void queries.invalidateQueries({ queryKey: attemptQuery(id).queryKey }),
    },
  )

  const isDone = (question: Id) => isAnswered(answers.of(question).response)
  const unanswered = computed(() => order.filter(({ question }) => !isDone(question.id)))
  const flagged = computed(() => order.filter(({ question }) => answers.of(question.id).flagged))

  const place = `attempt.${id}.place`
  const left = readStash<{ question: Id }>(place)?.fields.question
  const current = ref(order.findIndex(({ question }) => question.id === left))
  if (current.value < 0) current.value = resumeAt(order, ({ id: question }) => isDone(question), goBack)

  function go(index: number): void {
    const target = order[index]
    if (!target || (!goBack && index < current.value)) return
    current.value = index
    writeStash(place, { version: 0, fields: { question: target.question.id } })
    void answers.flush()
  }

  /** Hands it in with all that could be sent; throws what keeps it from that. */
  async function submit(): Promise<void> {
    await answers.flush()
    await submitAttempt(id)
    answers.stop()
    forget()
  }

  /** What is known of it elsewhere is old now. */
  function forget(): void {
    dropStash(place)
    for (const { question } of order) dropStash(stashOf(id, question.id))
    const { id: test, course_id: course } = attempt().test
    void queries.invalidateQueries({ queryKey: testQuery(test).queryKey })
    void queries.invalidateQueries({ queryKey: courseQuery(course).queryKey })
  }

  /** Read again, because one came back to it. */
  watch(attempt, (fresh) => {
    if (fresh.state !== 'running') {
      closed.value ??= { card: fresh }
      return
    }
    answers.merge(fresh.answers)
    deadline.value = fresh.deadline_at
    files.value = new Map([...files.value, ...fresh.files.map((file) => [file.id, file] as const)])
  })
  watch(closed, () => answers.stop())

  const online = () => void answers.flush()
  const hide = () => {
    if (document.visibilityState === 'visible') return
    // The page may never come back: what waits goes at once, and outlives it.
    for (const [question, change] of answers.waiting()) {
      if (JSON.stringify(change).length > LARGEST_LAST) continue
      saveAnswer(id, question, change, { keepalive: true }).catch(() => undefined)
    }
  }
  const unload = (event: BeforeUnloadEvent) => {
    if (!closed.value && answers.unsaved.value.length > 0) event.preventDefault()
  }
  addEventListener('online', online)
  addEventListener('beforeunload', unload)
  document.addEventListener('visibilitychange', hide)
  onScopeDispose(() => {
    removeEventListener('online', online)
    removeEventListener('beforeunload', unload)
    document.removeEventListener('visibilitychange', hide)
    void answers.flush().finally(() => answers.stop())
  })

  return {
    id,
    test: attempt().test,
    isPreview: attempt().preview,
    isPaged: isPaged(attempt()),
    goBack,
    order,
    clock,
    deadline,
    files,
    addFile: (file: StoredFile) => (files.value = new Map(files.value).set(file.id, file)),
    answers,
    isDone,
    unanswered,
    flagged,
    current,
    go,
    submit,
    forget,
    closed,
  }
}

export type Taking = ReturnType<typeof useTaking>

const KEY: InjectionKey<Taking> = Symbol('taking')

/** The attempt belongs to everything below: questions are deep inside of it. */
export const provideTaking = (taking: Taking) => provide(KEY, taking)

export function injectTaking(): Taking {
  const taking = inject(KEY)
  if (!taking) throw new Error('There is no attempt here')
  return taking
}

/** Where the files of answers go; none where a question is only looked at. */
export function useAttemptFiles() {
  const taking = inject(KEY, null)
  if (!taking) return null
  return reactive({ id: taking.id, files: taking.files, add: taking.addFile })
}
