import assert from 'node:assert/strict'
import test from 'node:test'

import type { Cloze, Matching, MultipleChoice, Ordering, ShortAnswer, SingleChoice } from '@/api/bodies'
import { faultOf, inOrder, matched, newId, rightChoices, withMatches, withRightChoices } from '@/features/grading/keys'

const common = { text: 'Which?', feedback: '', hints: [] }
const choice = (id: string, weight: number) => ({ id, text: id, weight, feedback: '' })
const weights = (body: SingleChoice | MultipleChoice) => body.choices.map(({ weight }) => weight)

const single: SingleChoice = { ...common, kind: 'single_choice', shuffle: true, choices: [choice('a', 1), choice('b', 0.5), choice('c', -0.25)] }
const multiple: MultipleChoice = {
  ...common,
  kind: 'multiple_choice',
  shuffle: true,
  scoring: 'weights',
  choices: [choice('a', 0.5), choice('b', -0.5), choice('c', 0.5), choice('d', 0)],
}

test('another choice is right instead', () => {
  assert.deepEqual(rightChoices(single), ['a'])
  assert.deepEqual(weights(withRightChoices(single, ['c'])), [0, 0.5, 1])
})

test('a second choice is right, too', () => {
  assert.deepEqual(weights(withRightChoices(single, ['a', 'b'])), [1, 1, -0.25])
})

test('right choices share the points, and what becomes wrong costs what the others do', () => {
  assert.deepEqual(weights(withRightChoices(multiple, ['a', 'c', 'd'])), [1 / 3, -0.5, 1 / 3, 1 / 3])
  assert.deepEqual(weights(withRightChoices(multiple, ['a'])), [1, -0.5, -0.5, 0])
})

test('the same choices are the same key, whatever each is worth', () => {
  const uneven = { ...multiple, choices: [choice('a', 0.7), choice('b', -0.5), choice('c', 0.3)] }
  assert.equal(withRightChoices(uneven, ['c', 'a']), uneven)
})

test('choices keep their ids and words', () => {
  const { choices } = withRightChoices(multiple, ['b'])
  assert.deepEqual(choices.map(({ id, text }) => [id, text]), multiple.choices.map(({ id, text }) => [id, text]))
})

const matching: Matching = {
  ...common,
  kind: 'matching',
  shuffle: true,
  pairs: [
    { id: 'f', prompt: 'France', match: 'Cairo' },
    { id: 'e', prompt: 'Egypt', match: 'Oslo' },
  ],
  distractors: ['Paris'],
}

test('what was shown to match is still all there when other things belong together', () => {
  assert.deepEqual(matched(matching), { f: 'Cairo', e: 'Oslo' })
  const right = withMatches(matching, { f: 'Paris', e: 'Cairo' })
  assert.deepEqual(matched(right), { f: 'Paris', e: 'Cairo' })
  assert.deepEqual(right.distractors, ['Oslo'])
  const twice = withMatches(matching, { f: 'Paris', e: 'Paris' })
  assert.deepEqual(twice.distractors.toSorted(), ['Cairo', 'Oslo'])
  assert.deepEqual(matched(withMatches(matching, { f: 'Paris' })), { f: 'Paris', e: 'Oslo' })
})

test('things are put into another order, all of them or none', () => {
  const body: Ordering = { ...common, kind: 'ordering', scoring: 'positions', items: ['a', 'b', 'c'].map((id) => choice(id, 0)) }
  assert.deepEqual(inOrder(body, ['c', 'a', 'b']).items.map(({ id }) => id), ['c', 'a', 'b'])
  assert.equal(inOrder(body, ['c', 'a']), body)
})

test('what cannot be a key is said before the server is asked', () => {
  const word: ShortAnswer = { ...common, kind: 'short_answer', case_sensitive: false, answers: [{ id: 'a', text: 'Paris', weight: 1, feedback: '' }] }
  const gap = (question: ShortAnswer | SingleChoice) => ({ id: 'g', question, points: 1, layout: 'menu' as const })
  const cloze = (question: ShortAnswer | SingleChoice): Cloze => ({ ...common, kind: 'cloze', gaps: [gap(word), gap(question)] })
  assert.equal(faultOf(word), null)
  assert.equal(faultOf({ ...word, answers: [{ id: 'a', text: ' ', weight: 1, feedback: '' }] }), 'empty_answer')
  assert.equal(faultOf({ ...word, answers: [] }), 'none_right')
  assert.equal(faultOf(withRightChoices(single, [])), 'none_right')
  assert.equal(faultOf(cloze(single)), null)
  assert.equal(faultOf(cloze(withRightChoices(single, []))), 'none_right')
})

test('a new answer has an id of its own', () => {
  assert.equal(newId([{ id: 'a' }, { id: 'k3' }]), 'k4')
  assert.equal(newId([]), 'k1')
})
