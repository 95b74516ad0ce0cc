import { computed, shallowRef } from 'vue'

import type { AnswerChange, AnswerSaved, AttemptCard, Response, SavedAnswer } from '@/api/attempts'
import { Problem } from '@/api/problem'
import type { Id, Time } from '@/api/types'

import type { ServerClock } from './clock'

/** Milliseconds until what could not be sent is sent once more, and how that grows. */
const PAUSE = 2_000
const LONGEST_PAUSE = 15_000
/** After this an answer counts as lost on its way. */
const PATIENCE = 20_000

/** Milliseconds after the last key, and at the latest after the first, until what is typed is sent. */
export const QUIET = 1_000
const LONGEST_QUIET = 5_000

export interface Answer {
  response: Response
  flagged: boolean
  /** Of the newest change; 0 before the first. */
  number: number
  /**
   * `empty`: nothing was ever given; `waiting` to be sent; `saved`: on the server's disk; `refused`: the server will
   * not take it, `error` says why.
   */
  state: 'empty' | 'waiting' | 'sending' | 'saved' | 'refused'
  saved_at: Time | null
  error: unknown
}

export interface Kept {
  response: Response
  flagged: boolean
  number: number
}

/** Where answers wait on this device. */
export interface Keeping {
  read: (question: Id) => Kept | null
  write: (question: Id, kept: Kept) => void
  drop: (question: Id) => void
}

export interface Post {
  clock: ServerClock
  keeping: Keeping
  put: (question: Id, change: AnswerChange, signal: AbortSignal) => Promise<AnswerSaved>
  /** The server has said when the attempt ends. */
  deadline: (at: Time | null) => void
  /** It is closed: handed in elsewhere, or its time is up. */
  closed: (card: AttemptCard | null) => void
  /** On another device something newer was saved. */
  overtaken: () => void
}

const NOTHING: Answer = { response: null, flagged: false, number: 0, state: 'empty', saved_at: null, error: null }

/**
 * The answers of an attempt, and the way of each to the server: kept on this device until it is acknowledged, and sent
 * as often as it takes with the number that it was given with. They go one after the other, oldest first, as a test
 * without a way back asks for.
 */
export class Answers {
  readonly #post: Post
  readonly #answers = shallowRef<ReadonlyMap<Id, Answer>>(new Map())
  readonly #failures = shallowRef(0)
  /** When the typing of each may be sent at the earliest, in monotonic time. */
  readonly #quiet = new Map<Id, { since: number; until: number }>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #running: Promise<void> | null = null
  #isClosed = false

  readonly all = computed(() => this.#answers.value)
  readonly unsaved = computed(() => [...this.#answers.value].filter(([, { state }]) => state === 'waiting' || state === 'sending').map(([id]) => id))
  readonly refused = computed(() => [...this.#answers.value].filter(([, { state }]) => state === 'refused').map(([id]) => id))
  /** True while sending fails: there is no network, or no server. */
  readonly isStuck = computed(() => this.#failures.value > 0 && this.unsaved.value.length > 0)

  constructor(questions: readonly Id[], saved: Record<Id, SavedAnswer>, post: Post) {
    this.#post = post
    this.#answers.value = new Map(questions.map((id) => [id, NOTHING]))
    for (const id of questions) this.#recover(id)
    this.merge(saved)
    this.#schedule()
  }

  of(question: Id): Answer {
    return this.#answers.value.get(question) ?? NOTHING
  }

  /** What was saved on another device, where it is newer than what is here. */
  merge(saved: Record<Id, SavedAnswer>): void {
    for (const [id, theirs] of Object.entries(saved)) {
      const mine = this.#answers.value.get(id)
      if (!mine || mine.number > theirs.number || mine.state === 'saved' && mine.number === theirs.number) continue
      const { response, flagged, number, saved_at } = theirs
      this.#set(id, { response, flagged, number, saved_at, state: 'saved', error: null })
      this.#quiet.delete(id)
      this.#post.keeping.drop(id)
    }
  }

  /** Takes over an answer; `typed` waits a moment for the next key. */
  give(question: Id, response: Response, typed = false): void {
    this.#change(question, { response })
    if (typed) this.#rest(question)
    else this.#quiet.delete(question)
    this.#schedule()
  }

  flag(question: Id, flagged: boolean): void {
    this.#change(question, { flagged })
    this.#schedule()
  }

  /** Sends all that waits, without waiting for the end of the typing; true when nothing is left. */
  async flush(): Promise<boolean> {
    this.#quiet.clear()
    this.#failures.value = 0
    clearTimeout(this.#timer)
    await this.#run()
    // What was changed while the last one was on its way.
    if (this.unsaved.value.length > 0 && this.#failures.value === 0 && !this.#isClosed) await this.#run()
    return this.unsaved.value.length === 0
  }

  /** What waits, for whoever sends it in a way of their own because the page goes away. */
  waiting(): [Id, AnswerChange][] {
    return this.unsaved.value.map((id) => [id, change(this.of(id))])
  }

  /** Nothing is sent any more. */
  stop(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #set(question: Id, part: Partial<Answer>): void {
    const answers = new Map(this.#answers.value)
    answers.set(question, { ...this.of(question), ...part })
    this.#answers.value = answers
  }

  #change(question: Id, part: Partial<Answer>): void {
    if (this.#isClosed) return
    const number = this.#post.clock.number(this.of(question).number)
    this.#set(question, { ...part, number, state: 'waiting', error: null })
    this.#post.keeping.write(question, change(this.of(question)))
  }

  /** What an earlier visit could not send. */
  #recover(question: Id): void {
    const kept = this.#post.keeping.read(question)
    if (kept) this.#set(question, { ...kept, state: 'waiting' })
  }

  #rest(question: Id): void {
    const now = this.#post.clock.mark()
    const since = this.#quiet.get(question)?.since ?? now
    this.#quiet.set(question, { since, until: Math.min(now + QUIET, since + LONGEST_QUIET) })
  }

  /** The one that goes next, and in how many milliseconds. */
  #next(): { id: Id; delay: number } | null {
    const now = this.#post.clock.mark()
    const due = this.unsaved.value
      .map((id) => ({ id, number: this.of(id).number, delay: Math.max(0, (this.#quiet.get(id)?.until ?? 0) - now) }))
      .sort((one, other) => one.delay - other.delay || one.number - other.number)
    return due[0] ?? null
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    if (this.#isClosed) return
    const next = this.#next()
    if (!next) return
    const pause = this.#failures.value && Math.min(LONGEST_PAUSE, PAUSE * 2 ** (this.#failures.value - 1))
    this.#timer = setTimeout(() => void this.#run(), Math.max(pause, next.delay))
  }

  #run(): Promise<void> {
    this.#running ??= this.#sendAll().finally(() => {
      this.#running = null
      this.#schedule()
    })
    return this.#running
  }

  async #sendAll(): Promise<void> {
    let next
    while (!this.#isClosed && (next = this.#next()) && next.delay === 0) {
      if (!(await this.#send(next.id))) return
    }
  }

  /** False where the next one would fare no better. */
  async #send(question: Id): Promise<boolean> {
    const sent = change(this.of(question))
    this.#quiet.delete(question)
    this.#set(question, { state: 'sending' })
    const isNewest = () => this.of(question).number === sent.number
    const asked = this.#post.clock.mark()
    try {
      const saved = await this.#post.put(question, sent, AbortSignal.timeout(PATIENCE))
      this.#post.clock.learn(saved.now, asked)
      this.#failures.value = 0
      if (isNewest()) {
        this.#set(question, { state: 'saved', saved_at: saved.saved_at })
        this.#post.keeping.drop(question)
      }
      this.#post.deadline(saved.deadline_at)
      if (saved.number > sent.number) this.#post.overtaken()
      return true
    } catch (error) {
      if (!(error instanceof Problem) || passes(error)) {
        if (isNewest()) this.#set(question, { state: 'waiting' })
        this.#failures.value += 1
        return false
      }
      if (error.code === 'attempt_closed') {
        if (isNewest()) this.#set(question, { state: 'waiting' })
        this.stop()
        this.#post.closed((error.current ?? null) as AttemptCard | null)
        return false
      }
      if (isNewest()) {
        this.#set(question, { state: 'refused', error })
        this.#post.keeping.drop(question)
      }
      return true
    }
  }
}

/** Whether a failure may pass by itself; who is signed out can sign in again. */
const passes = ({ status }: Problem) => status >= 500 || status === 429 || status === 401

const change = ({ response, flagged, number }: Kept): AnswerChange => ({ response, flagged, number })
