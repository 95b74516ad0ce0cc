import assert from 'node:assert/strict'
import test from 'node:test'

import type { TestEntry, TestSection } from '@/api/tests'
import { isBackwards, timeWith } from '@/features/tests/allowance'
import { beyond, extent, moved, newId, places, putBack, SECTIONS, taken, withAdded, withEntry } from '@/features/tests/arranging'
import { codeIn, newCode } from '@/features/tests/settings'
import { tagsIn } from '@/features/tests/tags'

const fixed = (id: string): TestEntry => ({ id, question_id: `q-${id}`, version: null, points: null })
const drawing = (id: string, count: number, points: number | null = null): TestEntry => ({ id, draw: { count }, points })
const section = (id: string, entries: TestEntry[]): TestSection => ({ id, title: id, text: '', shuffle: false, entries })

const TEST = [section('one', [fixed('a'), fixed('b'), fixed('c')]), section('two', [fixed('d'), drawing('e', 5)]), section('three', [])]
const shape = (sections: TestSection[]) => sections.map(({ id, entries }) => `${id}:${entries.map((entry) => entry.id).join('')}`).join(' ')

test('an entry moves within its section and into others, also an empty one', () => {
  assert.equal(shape(moved(TEST, { id: 'a', list: 'one', index: 2 })), 'one:bca two:de three:')
  assert.equal(shape(moved(TEST, { id: 'c', list: 'one', index: 0 })), 'one:cab two:de three:')
  assert.equal(shape(moved(TEST, { id: 'b', list: 'two', index: 1 })), 'one:ac two:dbe three:')
  assert.equal(shape(moved(TEST, { id: 'e', list: 'three', index: 0 })), 'one:abc two:d three:e')
})

test('sections move with all that is in them', () => {
  assert.equal(shape(moved(TEST, { id: 'one', list: SECTIONS, index: 1 })), 'two:de one:abc three:')
  assert.equal(shape(moved(TEST, { id: 'three', list: SECTIONS, index: 0 })), 'three: one:abc two:de')
})

test('what is not there any more stays away, and nothing is lost over it', () => {
  assert.equal(shape(moved(TEST, { id: 'gone', list: 'one', index: 0 })), shape(TEST))
  assert.equal(shape(moved(TEST, { id: 'a', list: 'gone', index: 0 })), shape(TEST))
  assert.equal(taken(TEST, 'gone'), null)
})

test('who pushes an entry past the end of a section comes to the next one', () => {
  assert.deepEqual(beyond(TEST, 'c', 'down'), { id: 'c', list: 'two', index: 0 })
  assert.deepEqual(beyond(TEST, 'd', 'up'), { id: 'd', list: 'one', index: 3 })
  assert.equal(beyond(TEST, 'a', 'up'), null)
  assert.equal(beyond([section('one', [fixed('a')])], 'a', 'down'), null)
})

test('what is added comes last, in the section it is for, and no question twice', () => {
  assert.equal(shape(withAdded(TEST, [fixed('f')])), 'one:abc two:de three:f')
  assert.equal(shape(withAdded(TEST, [fixed('f'), fixed('g')], 'one')), 'one:abcfg two:de three:')
  assert.equal(shape(withAdded(TEST, [{ ...fixed('again'), question_id: 'q-a' }, fixed('f')], 'two')), 'one:abc two:def three:')
  const [first, ...others] = withAdded([], [fixed('a'), drawing('e', 2)])
  assert.deepEqual([first?.entries.length, others.length], [2, 0])
})

test('what was taken out comes back where it was, whatever was done since', () => {
  const entry = taken(TEST, 'b')
  assert.ok(entry)
  assert.equal(shape(entry.sections), 'one:ac two:de three:')
  assert.equal(shape(putBack(entry.sections, entry.removed)), shape(TEST))
  const without = taken(entry.sections, 'one')
  assert.ok(without)
  assert.equal(shape(without.sections), 'two:de three:')
  assert.equal(shape(putBack(without.sections, entry.removed)), 'two:de three:b')
  assert.equal(shape(putBack(without.sections, without.removed)), 'one:ac two:de three:')
})

test('what is there again already is not put back a second time', () => {
  const entry = taken(TEST, 'b')
  assert.ok(entry)
  const again = withAdded(entry.sections, [{ ...fixed('other'), question_id: 'q-b' }])
  assert.equal(shape(putBack(again, entry.removed)), 'one:ac two:de three:other')
  const whole = taken(TEST, 'one')
  assert.ok(whole)
  const some = withAdded(whole.sections, [{ ...fixed('x'), question_id: 'q-a' }])
  assert.equal(shape(putBack(some, whole.removed)), 'one:bc two:de three:x')
})

test('the numbers of questions go on through sections and draws', () => {
  const found = places(TEST)
  assert.deepEqual(found.get('d'), { first: 4, last: 4 })
  assert.deepEqual(found.get('e'), { first: 5, last: 9 })
})

test('a test counts what the bank says unless it says otherwise', () => {
  const worth = (id: string) => (id === 'q-a' ? 0.1 : id === 'q-b' ? 0.2 : 1)
  assert.deepEqual(extent(TEST.slice(0, 1), worth), { questions: 3, points: 1.3, isOpen: false })
  assert.deepEqual(extent(withEntry(TEST, 'a', { points: 3 }), worth), { questions: 9, points: 5.2, isOpen: true })
  assert.deepEqual(extent([section('one', [drawing('e', 5, 2)])], worth), { questions: 5, points: 10, isOpen: false })
  assert.deepEqual(extent([section('one', [fixed('a')])], () => undefined).isOpen, true)
})

test('ids are what the server takes', () => {
  assert.match(newId(), /^[A-Za-z0-9_-]{1,40}$/)
  assert.notEqual(newId(), newId())
})

test('access codes are told apart from what can be none', () => {
  assert.equal(codeIn(' oak-7 '), 'OAK-7')
  assert.equal(codeIn('  '), null)
  assert.equal(codeIn('oak'), undefined)
  assert.equal(codeIn('oak tree'), undefined)
  const made = newCode()
  assert.equal(codeIn(made), made)
})

test('tags are what stands between commas, also Arabic ones', () => {
  assert.deepEqual(tagsIn(' exam, easy going ,, exam'), ['exam', 'easy going'])
  assert.deepEqual(tagsIn('امتحان، سهل'), ['امتحان', 'سهل'])
})

test('more time is counted as the server counts it: a second that is begun is theirs', () => {
  assert.equal(timeWith(3600, { extra_percent: 25, extra_minutes: 0 }), 4500)
  assert.equal(timeWith(10, { extra_percent: 25, extra_minutes: 1 }), 73)
})

test('a test that would close for someone before it opens is noticed with the dates of everyone', () => {
  const settings = { opens_at: '2027-01-10T08:00:00Z', closes_at: '2027-01-10T12:00:00Z' }
  assert.equal(isBackwards(settings, { opens_at: '2027-01-10T12:00:00Z', closes_at: null }), true)
  assert.equal(isBackwards(settings, { opens_at: '2027-01-10T12:00:00Z', closes_at: '2027-01-11T12:00:00Z' }), false)
  assert.equal(isBackwards({ opens_at: null, closes_at: null }, { opens_at: null, closes_at: '2027-01-10T12:00:00Z' }), false)
})
