import assert from 'node:assert/strict'
import test from 'node:test'

import type { Section } from '@/api/attempts'
import { ServerClock } from '@/features/attempts/clock'
import { wasTimeUp } from '@/features/attempts/ended'
import { blocks, spans } from '@/features/attempts/markdown'
import { asked, isAnswered, isPaged, moved, resumeAt, wordsIn } from '@/features/attempts/questions'

const at = (time: string) => Date.parse(`2026-03-01T${time}Z`)

test('the clock of the server goes on whatever the device says', () => {
  let [monotonic, device] = [1_000, at('10:00:00')]
  const clock = new ServerClock('2026-03-01T10:00:00Z', () => monotonic, () => device)
  monotonic += 5_000
  device = at('12:00:00') // someone has changed it
  assert.equal(clock.now(), at('10:00:05'))
  assert.equal(clock.drift, at('12:00:00') - at('10:00:05'))
})

test('what came fast is known better than what came slowly', () => {
  let monotonic = 0
  const clock = new ServerClock('2026-03-01T10:00:00Z', () => monotonic, () => 0)
  const learn = (trip: number, now: string) => {
    const asked = clock.mark()
    monotonic += trip
    clock.learn(now, asked)
  }
  learn(200, '2026-03-01T10:00:01.000Z')
  assert.equal(clock.now(), at('10:00:01') + 100)
  learn(2_000, '2026-03-01T10:00:09.000Z')
  assert.equal(clock.now(), at('10:00:01') + 2_100)
})

test('numbers grow, also on a device whose clock is behind', () => {
  const clock = new ServerClock('2026-03-01T10:00:00Z', () => 0, () => 0)
  const first = clock.number(0)
  assert.equal(clock.number(first), first + 1)
  assert.ok(Number.isSafeInteger(clock.number(0)))
})

test('an answer that says nothing is none', () => {
  for (const nothing of [null, undefined, '', '  ', [], {}, { a: '' }, { text: ' ', files: [] }]) assert.equal(isAnswered(nothing), false)
  for (const said of ['a', false, true, ['a'], { a: 'b' }, { text: '', files: ['f'] }]) assert.equal(isAnswered(said), true)
})

test('a test without a way back is never all on one page', () => {
  assert.equal(isPaged({ page: 'all', go_back: true }), false)
  assert.equal(isPaged({ page: 'all', go_back: false }), true)
  assert.equal(isPaged({ page: 'one', go_back: true }), true)
})

test('one goes on at the first gap, or where there is no way back at the last answer', () => {
  const question = (id: string) => ({ id, version: 1, kind: 'essay' as const, points: 1, html: '' })
  const sections: Section[] = [
    { id: 's', title: '', html: '', questions: ['a', 'b'].map(question) },
    { id: 't', title: '', html: '', questions: ['c', 'd'].map(question) },
  ]
  const order = asked(sections)
  assert.deepEqual(order.map(({ number, isFirst }) => [number, isFirst]), [[1, true], [2, false], [3, true], [4, false]])
  const done = (...ids: string[]) => ({ id }: { id: string }) => ids.includes(id)
  assert.equal(resumeAt(order, done('a', 'c'), true), 1)
  assert.equal(resumeAt(order, done('a', 'c'), false), 2)
  assert.equal(resumeAt(order, done('a', 'b', 'c', 'd'), true), 0)
  assert.equal(resumeAt(order, done(), false), 0)
})

test('one of a list is put elsewhere in it', () => {
  assert.deepEqual(moved(['a', 'b', 'c'], 0, 2), ['b', 'c', 'a'])
  assert.deepEqual(moved(['a', 'b', 'c'], 2, 1), ['a', 'c', 'b'])
})

test('words are counted in languages with and without spaces', () => {
  assert.equal(wordsIn("It's **one** of three – or 4.", 'en'), 6)
  assert.equal(wordsIn('الماء يغلي', 'ar'), 2)
  assert.ok(wordsIn('水は沸騰する', 'ja') > 1)
})

test('an essay reads as its Markdown says', () => {
  assert.deepEqual(blocks('# Why\n\nIt *is* **so**.\n\n2. one\n   more\n3. two\n\n> said\n\n```\n<b>\n```').map(({ kind }) => kind), ['heading', 'paragraph', 'list', 'quote', 'code'])
  assert.deepEqual(spans('a `*b*` **c *d*** \\*e* [f](https://g.org) [h](javascript:i)'), [
    { kind: 'text', text: 'a ' },
    { kind: 'code', text: '*b*' },
    { kind: 'text', text: ' ' },
    { kind: 'strong', spans: [{ kind: 'text', text: 'c ' }, { kind: 'emphasis', spans: [{ kind: 'text', text: 'd' }] }] },
    { kind: 'text', text: ' *e* ' },
    { kind: 'link', spans: [{ kind: 'text', text: 'f' }], to: 'https://g.org' },
    { kind: 'text', text: ' [h](javascript:i)' },
  ])
})

test('no text makes the preview hang or fall', () => {
  for (const hostile of ['*'.repeat(2_000), '> '.repeat(2_000), '- '.repeat(2_000), '['.repeat(2_000), '`'.repeat(2_001), '```', '- a\n\n\n', '_'.repeat(2_000)]) {
    const before = performance.now()
    blocks(hostile)
    assert.ok(performance.now() - before < 1_000, hostile.slice(0, 5))
  }
})

test('an attempt that ended at its deadline was ended by the clock', () => {
  const [deadline_at, before] = ['2026-03-01T10:30:00Z', '2026-03-01T10:29:59.9Z']
  assert.equal(wasTimeUp({ deadline_at, submitted_at: deadline_at }), true)
  assert.equal(wasTimeUp({ deadline_at, submitted_at: before }), false)
  assert.equal(wasTimeUp({ deadline_at, submitted_at: null }), false)
  assert.equal(wasTimeUp({ deadline_at: null, submitted_at: before }), false)
})
