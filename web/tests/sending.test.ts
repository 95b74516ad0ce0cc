import assert from 'node:assert/strict'
import test, { beforeEach, mock } from 'node:test'

import type { AnswerChange, AnswerSaved } from '@/api/attempts'
import { Problem, Unreachable } from '@/api/problem'
import { ServerClock } from '@/features/attempts/clock'
import { Answers, type Kept, QUIET } from '@/features/attempts/sending'

const NOW = '2026-03-01T10:00:00Z'
const [ONE, TWO] = ['one', 'two']

let time = 0
let heard: [string, AnswerChange][] = []
let kept = new Map<string, Kept>()
let fail: Error | null = null
let newer = 0
const told: string[] = []

beforeEach(() => {
  mock.timers.reset()
  mock.timers.enable({ apis: ['setTimeout'] })
  time = 0
  heard = []
  kept = new Map()
  fail = null
  newer = 0
  told.length = 0
})

function begin(saved = {}): Answers {
  const clock = new ServerClock(NOW, () => time, () => Date.parse(NOW) + time)
  return new Answers([ONE, TWO], saved, {
    clock,
    keeping: { read: (id) => kept.get(id) ?? null, write: (id, one) => kept.set(id, one), drop: (id) => kept.delete(id) },
    put: (id, change) => {
      heard.push([id, change])
      if (fail) return Promise.reject(fail)
      const answer: AnswerSaved = { number: Math.max(change.number, newer), saved_at: NOW, now: NOW, deadline_at: null }
      return Promise.resolve(answer)
    },
    deadline: () => undefined,
    closed: () => told.push('closed'),
    overtaken: () => told.push('overtaken'),
  })
}

/** Lets so many milliseconds pass, and what was promised come true. */
async function pass(milliseconds: number): Promise<void> {
  time += milliseconds
  mock.timers.tick(milliseconds)
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

test('a choice is sent at once, and kept on the device until it is acknowledged', async () => {
  const answers = begin()
  answers.give(ONE, 'a')
  assert.equal(kept.get(ONE)?.response, 'a')
  await pass(0)
  assert.deepEqual(heard.map(([id, { response }]) => [id, response]), [[ONE, 'a']])
  assert.equal(answers.of(ONE).state, 'saved')
  assert.equal(kept.size, 0)
})

test('what is typed waits for the end of the typing, but not for ever', async () => {
  const answers = begin()
  for (const word of ['p', 'pa', 'par']) {
    answers.give(ONE, word, true)
    await pass(QUIET - 100)
  }
  assert.equal(heard.length, 0)
  await pass(QUIET)
  assert.deepEqual(heard.map(([, { response }]) => response), ['par'])
  heard = []
  for (let key = 0; key < 20; key += 1) {
    answers.give(ONE, String(key), true)
    await pass(QUIET / 2)
  }
  assert.ok(heard.length >= 1)
})

test('without a network answers wait, and go out later with the same numbers, oldest first', async () => {
  const answers = begin()
  fail = new Unreachable()
  answers.give(TWO, 'b')
  await pass(5)
  answers.give(ONE, 'a')
  await pass(5)
  assert.deepEqual(new Set(answers.unsaved.value), new Set([ONE, TWO]))
  assert.ok(answers.isStuck.value)
  const numbers = new Map([...kept].map(([id, { number }]) => [id, number]))
  fail = null
  heard = []
  assert.ok(await answers.flush())
  assert.deepEqual(heard.map(([id]) => id), [TWO, ONE])
  assert.deepEqual(heard.map(([id, { number }]) => number === numbers.get(id)), [true, true])
  assert.ok(!answers.isStuck.value)
})

test('what an earlier visit could not send is sent with the number that it had', async () => {
  kept.set(ONE, { response: 'a', flagged: true, number: 77 })
  const answers = begin({ [ONE]: { response: 'old', flagged: false, number: 76, saved_at: NOW } })
  assert.equal(answers.of(ONE).response, 'a')
  await pass(0)
  assert.deepEqual(heard, [[ONE, { response: 'a', flagged: true, number: 77 }]])
})

test('what an earlier visit could not send gives way to what was saved since', async () => {
  kept.set(ONE, { response: 'a', flagged: false, number: 77 })
  const answers = begin({ [ONE]: { response: 'newer', flagged: false, number: 78, saved_at: NOW } })
  await pass(0)
  assert.equal(answers.of(ONE).response, 'newer')
  assert.deepEqual([heard.length, kept.size], [0, 0])
})

test('an answer that was overtaken on another device is asked for', async () => {
  const answers = begin()
  newer = Number.MAX_SAFE_INTEGER
  answers.give(ONE, 'a')
  await pass(0)
  assert.deepEqual(told, ['overtaken'])
  answers.merge({ [ONE]: { response: 'theirs', flagged: true, number: newer, saved_at: NOW } })
  assert.deepEqual([answers.of(ONE).response, answers.of(ONE).flagged], ['theirs', true])
})

test('what is older elsewhere never takes the place of what is here', async () => {
  const answers = begin()
  fail = new Unreachable()
  answers.give(ONE, 'mine')
  await pass(0)
  answers.merge({ [ONE]: { response: 'older', flagged: false, number: 3, saved_at: NOW } })
  assert.equal(answers.of(ONE).response, 'mine')
  assert.equal(answers.of(ONE).state, 'waiting')
})

test('a refused answer says so, is not sent again, and keeps nobody else from being saved', async () => {
  const answers = begin()
  fail = new Problem(409, { code: 'no_going_back' })
  answers.give(ONE, 'a')
  await pass(0)
  assert.equal(answers.of(ONE).state, 'refused')
  fail = null
  answers.give(TWO, 'b')
  await pass(60_000)
  assert.deepEqual(heard.map(([id]) => id), [ONE, TWO])
  assert.equal(answers.of(TWO).state, 'saved')
})

test('once the attempt is closed nothing is sent any more, and what was not saved is known', async () => {
  const answers = begin()
  fail = new Problem(409, { code: 'attempt_closed', current: null })
  answers.give(ONE, 'a')
  await pass(0)
  answers.give(TWO, 'b')
  await pass(60_000)
  assert.deepEqual([told, heard.length, answers.unsaved.value], [['closed'], 1, [ONE]])
  assert.equal(answers.of(TWO).state, 'empty')
})

test('a change made while its question is on its way is sent after it', async () => {
  const answers = begin()
  answers.give(ONE, 'a')
  mock.timers.tick(0)
  answers.give(ONE, 'b')
  assert.equal(await answers.flush(), true)
  assert.deepEqual(heard.map(([, { response }]) => response), ['a', 'b'])
  assert.ok((heard[1]?.[1].number ?? 0) > (heard[0]?.[1].number ?? 0))
})
