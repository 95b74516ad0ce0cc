import { computed, shallowRef } from 'vue'

import { idempotencyKey } from '@/api/client'
import { Problem } from '@/api/problem'
import type { Id } from '@/api/types'
import type { Rooms } from '@/realtime/rooms'

import { drop, keep, type Letter, letters } from './kept'

/** Milliseconds until what the server could not take for the moment is sent once more. */
const PAUSE = 3_000

export interface Outgoing extends Letter {
  /** `waiting` for a connection; `sent` once it is on the server's disk, until it shows among the messages. */
  state: 'waiting' | 'sending' | 'sent' | 'failed'
  seq: number | null
}

/**
 * Messages on their way. Each is kept on this device until the server has it, and sent as often as it takes, always by
 * the same key, so that it is stored once; those of one group one after the other, in the order of writing.
 */
export class Outbox {
  readonly #rooms: Rooms
  readonly #letters = shallowRef<Outgoing[]>([])
  readonly #busy = new Set<Id>()
  #account: Id = ''

  readonly letters = computed(() => this.#letters.value)

  constructor(rooms: Rooms) {
    this.#rooms = rooms
  }

  /** Takes up what an account has left here. */
  enter(account: Id): void {
    this.#account = account
    this.#letters.value = letters(account).map((letter) => ({
      ...letter,
      state: letter.refused ? 'failed' : 'waiting',
      seq: null,
    }))
  }

  /** What is kept stays here for whoever wrote it. */
  leave(): void {
    this.#account = ''
    this.#letters.value = []
  }

  post(letter: Omit<Letter, 'key' | 'at'>): void {
    const made: Letter = { ...letter, key: idempotencyKey(), at: new Date().toISOString() }
    keep(this.#account, made)
    this.#letters.value = [...this.#letters.value, { ...made, state: 'waiting', seq: null }]
    void this.#send(made.group)
  }

  /** The connection is there: everything that waits goes out. */
  flush(): void {
    for (const group of new Set(this.#letters.value.map(({ group }) => group))) void this.#send(group)
  }

  /** Once more, by the same key. */
  retry(key: string): void {
    const letter = this.#letters.value.find((known) => known.key === key)
    if (letter?.state !== 'failed') return
    const { refused, ...again } = letter
    if (refused) keep(this.#account, plain(again))
    this.#letters.value = [...this.#others(key), { ...again, state: 'waiting' }]
    void this.#send(letter.group)
  }

  discard(key: string): void {
    drop(this.#account, key)
    this.#letters.value = this.#others(key)
  }

  /** The messages of a group are shown up to `seq`. */
  settle(group: Id, seq: number): void {
    const left = this.#letters.value.filter((letter) => letter.group !== group || (letter.seq ?? Infinity) > seq)
    if (left.length < this.#letters.value.length) this.#letters.value = left
  }

  #others(key: string): Outgoing[] {
    return this.#letters.value.filter((letter) => letter.key !== key)
  }

  #mark(key: string, change: Partial<Outgoing>): void {
    this.#letters.value = this.#letters.value.map((letter) => (letter.key === key ? { ...letter, ...change } : letter))
  }

  async #send(group: Id): Promise<void> {
    if (this.#busy.has(group)) return
    this.#busy.add(group)
    try {
      let next
      while ((next = this.#letters.value.find((letter) => letter.group === group && letter.state === 'waiting'))) {
        if (!(await this.#deliver(next))) break
      }
    } finally {
      this.#busy.delete(group)
    }
  }

  /** False where the next one would fare no better. */
  async #deliver({ key, group, text, quoted, files }: Outgoing): Promise<boolean> {
    if (!this.#rooms.isOpen) return false
    this.#mark(key, { state: 'sending' })
    const data = {
      text,
      ...(quoted && { reply_to: quoted.seq }),
      ...(files.length > 0 && { files: files.map(({ id }) => id) }),
    }
    const account = this.#account
    try {
      const seq = await this.#rooms.send(`group:${group}`, key, 'message', data)
      drop(account, key)
      this.#mark(key, { state: 'sent', seq })
      return true
    } catch (error) {
      if (error instanceof Problem && !passes(error)) {
        const refused = { code: error.code, detail: error.detail, status: error.status }
        this.#mark(key, { state: 'failed', refused })
        const letter = this.#letters.value.find((known) => known.key === key)
        if (letter) keep(account, plain(letter))
        return true
      }
      this.#mark(key, { state: 'waiting' })
      // Where the connection is gone, the next one sends it.
      setTimeout(() => void this.#send(group), PAUSE)
      return false
    }
  }
}

const passes = ({ status }: Problem) => status >= 500 || status === 429 || status === 401

function plain({ key, group, text, quoted, files, at, refused }: Letter): Letter {
  return { key, group, text, quoted, files, at, ...(refused && { refused }) }
}
