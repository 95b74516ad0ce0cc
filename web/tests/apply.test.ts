import assert from 'node:assert/strict'
import test from 'node:test'

import type { Message, MessagePage, Person } from '@/api/types'
import { append, apply, excerpt, keep, prepend } from '@/features/messages/apply'
import type { GroupEvent } from '@/features/messages/events'

/*
 * A model of the server: it makes events, and answers what a fetch would. Whatever happened, the events put on an earlier
 * fetch must give exactly what a later one gives.
 */

const PEOPLE: Person[] = ['a', 'b', 'c'].map((id) => ({ id, name: `Person ${id}` }))
const EMOJI = ['👍', '🎉', '❤️', 'ﷺ', '🌱']

class Server {
  seq = 0
  readonly #messages = new Map<number, Message>()
  /** What the deleted ones were. */
  readonly #deleted = new Map<number, Message>()
  readonly events: GroupEvent[] = []
  readonly #random: () => number

  constructor(random: () => number) {
    this.#random = random
  }

  fetch(before = Infinity, limit = 10): MessagePage {
    const all = [...this.#messages.values()].filter(({ seq }) => seq < before)
    const items = structuredClone(all.slice(-limit)).map((message) => ({ ...message, quoted: this.#quote(message.reply_to) }))
    return { items, before: all.length > limit ? (items[0]?.seq ?? null) : null, after: null, epoch: 1, seq: this.seq }
  }

  after(after: number, limit = 10): MessagePage {
    const all = [...this.#messages.values()].filter(({ seq }) => seq > after)
    const items = structuredClone(all.slice(0, limit)).map((message) => ({ ...message, quoted: this.#quote(message.reply_to) }))
    return { items, before: null, after: all.length > limit ? (items.at(-1)?.seq ?? null) : null, epoch: 1, seq: this.seq }
  }

  step(): void {
    const [message, author] = [this.#pick([...this.#messages.values()]), this.#pick(PEOPLE)]
    const at = new Date(this.seq * 1000).toISOString()
    const act = Math.floor(this.#random() * 8)
    if (!message || !author || act < 3) {
      this.#say(author ?? { id: 'a', name: '' }, at, this.#random() < 0.4 ? (message?.seq ?? null) : null)
    } else if (act === 3 && !message.deleted_at) {
      this.#set(message.seq, { text: `Changed ${this.seq} ${'x'.repeat(300)}`, html: '<p>Changed</p>', edited_at: at })
      this.#tell('message_edited', this.#view(message.seq))
    } else if (act === 4 && !message.deleted_at) {
      this.#deleted.set(message.seq, structuredClone(message))
      this.#set(message.seq, { text: '', html: '', files: [], mentions: [], reactions: [], deleted_at: at, pinned: false })
      this.#tell('message_deleted', { seq: message.seq, author, at })
    } else if (act === 5 && message.deleted_at) {
      this.#set(message.seq, { ...this.#deleted.get(message.seq), pinned: false, deleted_at: null })
      this.#tell('message_edited', this.#view(message.seq))
    } else if (act === 6 && !message.deleted_at) {
      this.#set(message.seq, { pinned: !message.pinned })
      this.#tell('pin', { seq: message.seq, pinned: !message.pinned, author, at })
    } else if (act === 7 && !message.deleted_at) this.#react(message, author, at)
    else this.#tell('member_left', { account_id: 'z', reason: 'left', author, at })
  }

  #say(author: Person, at: string, reply_to: number | null): void {
    const seq = this.seq + 1
    const message: Message = {
      ...{ seq, author, at, reply_to, text: `Said ${seq} 🌳`.repeat(30), html: `<p>Said ${seq}</p>`, quoted: null },
      ...{ files: [], mentions: [], reactions: [], edited_at: null, deleted_at: null, pinned: false },
    }
    this.#messages.set(seq, message)
    this.#tell('message', this.#view(seq))
  }

  #react({ seq, reactions }: Message, author: Person, at: string): void {
    const emoji = this.#pick(EMOJI) ?? ''
    const known = reactions.find((reaction) => reaction.emoji === emoji)?.accounts ?? []
    const added = !known.includes(author.id)
    const accounts = added ? [...known, author.id].sort() : known.filter((id) => id !== author.id)
    const others = reactions.filter((reaction) => reaction.emoji !== emoji)
    const all = accounts.length > 0 ? [...others, { emoji, accounts }] : others
    all.sort((one, other) => Buffer.compare(Buffer.from(one.emoji), Buffer.from(other.emoji)))
    this.#set(seq, { reactions: all })
    this.#tell('reaction', { seq, emoji, added, author, at })
  }

  #set(seq: number, change: Partial<Message>): void {
    const known = this.#messages.get(seq)
    if (known) this.#messages.set(seq, { ...known, ...change })
  }

  #view(seq: number): Message {
    const message = this.#messages.get(seq)
    assert(message)
    return { ...structuredClone(message), quoted: this.#quote(message.reply_to) }
  }

  #quote(seq: number | null): Message['quoted'] {
    const message = seq === null ? undefined : this.#messages.get(seq)
    if (!message) return null
    return { seq: message.seq, author: message.author, text: excerpt(message.text), deleted: message.deleted_at !== null }
  }

  #tell(type: string, data: unknown): void {
    this.events.push({ seq: ++this.seq, type, data } as GroupEvent)
  }

  #pick<Thing>(things: Thing[]): Thing | undefined {
    return things[Math.floor(this.#random() * things.length)]
  }
}

/** Mulberry32: the same numbers for the same seed. */
function chance(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

test('events on an earlier fetch give what a later fetch gives', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const server = new Server(chance(seed))
    for (let step = 0; step < 15; step++) server.step()
    const earlier = server.fetch()
    for (let step = 0; step < 40; step++) server.step()
    const later = server.fetch(Infinity, 1000)
    const applied = server.events.reduce(apply, earlier)
    const oldest = applied.items[0]?.seq ?? 0
    assert.deepEqual(applied.items, later.items.filter(({ seq }) => seq >= oldest), `seed ${seed}`)
    assert.equal(applied.seq, later.seq)
  }
})

test('an event that comes twice changes nothing', () => {
  const server = new Server(chance(7))
  const empty = server.fetch()
  for (let step = 0; step < 60; step++) server.step()
  const once = server.events.reduce(apply, empty)
  for (const event of server.events) assert.equal(apply(once, event), once)
})

test('older messages that were fetched ahead of the events agree once these have come', () => {
  for (let seed = 1; seed <= 100; seed++) {
    const server = new Server(chance(seed))
    for (let step = 0; step < 40; step++) server.step()
    const earlier = server.fetch()
    for (let step = 0; step < 20; step++) server.step()
    const whole = prepend(earlier, server.fetch(earlier.before ?? Infinity, 1000))
    const applied = server.events.reduce(apply, whole)
    assert.deepEqual(applied.items, server.fetch(Infinity, 1000).items, `seed ${seed}`)
    assert.equal(applied.before, null)
  }
})

test('a part of the past reaches the newest by fetching on, whatever comes meanwhile', () => {
  for (let seed = 1; seed <= 100; seed++) {
    const server = new Server(chance(seed))
    for (let step = 0; step < 80; step++) server.step()
    let talk: MessagePage = { ...server.fetch(20), after: 0 }
    talk = { ...talk, after: talk.items.at(-1)?.seq ?? 0 }
    let told = talk.seq
    while (talk.after !== null) {
      const newer = server.after(talk.after, 7)
      // Two things happen after the answer was made and before it comes.
      for (let step = 0; step < 2 && server.seq < 150; step++) server.step()
      for (const event of server.events.slice(told)) talk = apply(talk, event)
      told = server.seq
      talk = append(talk, newer)
    }
    for (const event of server.events) talk = apply(talk, event)
    const oldest = talk.items[0]?.seq ?? 0
    const seqs = server.fetch(Infinity, 1000).items.map(({ seq }) => seq)
    assert.deepEqual(talk.items.map(({ seq }) => seq), seqs.filter((seq) => seq >= oldest), `seed ${seed}`)
  }
})

test('what was let go of at an end is there again once it is fetched', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const server = new Server(chance(seed))
    for (let step = 0; step < 80; step++) server.step()
    const all = server.fetch(Infinity, 1000)
    const first = keep(all, 'first', 10)
    assert.equal(first.items.length, 10)
    assert.deepEqual(append(first, server.after(first.after ?? 0, 1000)), all)
    const last = keep(all, 'last', 10)
    assert.equal(last.items.length, 10)
    assert.deepEqual(prepend(last, server.fetch(last.before ?? 0, 1000)), all)
    assert.equal(keep(all, 'last', 1000), all)
  }
})
