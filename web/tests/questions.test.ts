import assert from 'node:assert/strict'
import test from 'node:test'

import type { Cloze, MultipleChoice, Numerical, SingleChoice } from '@/api/bodies'
import { KINDS } from '@/api/bodies'
import type { BankQuestion } from '@/api/questions'
import { asFields, changes, clashes, type Draft, read, titleOf } from '@/features/questions/draft'
import { asKind, newBody, newChoice, newGap, newNumber } from '@/features/questions/fresh'
import { answerOf, freeId, gapAs, gapFor, gapsAfter, gapsIn, withoutGap } from '@/features/questions/gaps'
import { endingsIn, tagsIn } from '@/features/questions/lists'
import { isBlank, numberIn, percentOf, shareOf } from '@/features/questions/numbers'
import { asLookedAt, asSent, givenIds, isSame, kept, missing, revived } from '@/features/questions/sent'
import { chosen, isPartial, schemeOf, toggled, weighed } from '@/features/questions/weights'

const choices = (...weights: number[]) => weights.map((weight, index) => ({ ...newChoice(`choice ${index}`, weight), id: String(index) }))
const weightsOf = (list: { weight: number }[]) => list.map(({ weight }) => Math.round(weight * 100))

test('one click makes a choice the right one, and what others are worth in part stays', () => {
  assert.deepEqual(weightsOf(chosen(choices(1, 0, 0.5, -0.25), '1')), [0, 100, 50, -25])
  assert.equal(isPartial(choices(1, 0, 0)), false)
  assert.equal(isPartial(choices(1, 0, -0.5)), true)
})

test('how several right choices count is told from their weights', () => {
  const scheme = (scoring: MultipleChoice['scoring'], ...weights: number[]) => schemeOf({ choices: choices(...weights), scoring })
  assert.equal(scheme('all_or_nothing', 0.5, 0.5, 0), 'all')
  assert.equal(scheme('weights', 0.5, 0.5, 0), 'shares')
  assert.equal(scheme('weights', 0.5, -0.5, 0.5), 'penalty')
  assert.equal(scheme('weights', 0.75, 0.25, 0), 'own')
  assert.equal(scheme('weights', 0.5, 0.5, -0.1), 'own')
  // As other programs write a third.
  assert.equal(scheme('weights', 0.33333, 0.33333, 0.33333, 0), 'shares')
})

test('right choices share the points whatever becomes right or wrong', () => {
  for (const name of ['all', 'penalty', 'shares'] as const) {
    let list = choices(0, 0, 0, 0)
    for (const id of ['0', '2', '3']) list = toggled(list, id, true, name)
    list = toggled(list, '2', false, name)
    assert.deepEqual(weightsOf(list), [50, name === 'penalty' ? -50 : 0, name === 'penalty' ? -50 : 0, 50])
  }
  const thirds = weighed(choices(0, 0, 0), new Set(['0', '1', '2']), 'all')
  assert.equal(thirds.reduce((sum, { weight }) => sum + weight, 0), 1)
})

test('where a teacher weighs choices, marking one changes no other', () => {
  assert.deepEqual(weightsOf(toggled(choices(0.75, 0.25, -0.5), '2', true, 'own')), [75, 25, 100])
})

test('numbers are read as people write them', () => {
  assert.equal(numberIn('1,5'), 1.5)
  for (const text of ['', 'a', '1.2.3']) assert.ok(isBlank(numberIn(text)), text)
})

test('a percentage of a third is a third', () => {
  assert.equal(shareOf(33.33), 1 / 3)
  assert.equal(shareOf(66.7), 2 / 3)
  assert.equal(shareOf(-16.67), -1 / 6)
  assert.equal(shareOf(14.29), 1 / 7)
  for (const percent of [0, 10, 12.5, 33, 50, 100]) assert.equal(shareOf(percent), percent / 100)
  assert.equal(percentOf(1 / 3), 33.33)
})

test('gaps are where the text has them, but not behind a backslash', () => {
  assert.deepEqual(gapsIn(String.raw`[[b]] and [[a]], \[[c]] and [[b]], [[not one]]`), ['b', 'a'])
  assert.equal(freeId('[[1]] [[3]]', [newGap('2', newBody('short_answer'))]), '4')
})

test('a word becomes a gap that asks for it, a number one that asks for the number', () => {
  const word = gapFor('5*5', '1').question
  assert.ok(word.kind === 'short_answer')
  assert.equal(word.answers[0]?.text, String.raw`5\*5`)
  const number = gapFor('100', '2').question
  assert.ok(number.kind === 'numerical')
  assert.equal(number.answers[0]?.value, 100)
})

test('gaps follow their text: in its order, new ones made, empty ones gone, others kept until they are taken away', () => {
  const [a, b] = [gapFor('water', 'a'), gapFor('', 'b')]
  const after = gapsAfter('[[c]] then [[a]]', [a, b])
  assert.deepEqual(after.map(({ id }) => id), ['c', 'a'])
  assert.equal(after[1], a)
  assert.deepEqual(gapsAfter('nothing', [a, b]), [a])
})

test('a gap that is taken away leaves its answer in the text', () => {
  const gap = gapFor('5*5', '1')
  assert.equal(withoutGap('It is [[1]], not [[2]].', gap), 'It is 5*5, not [[2]].')
})

test('a gap of another kind keeps its answer', () => {
  const gap = gapFor('100', '1')
  const menu = gapAs(gap, 'single_choice')
  assert.equal(answerOf(menu), '100')
  assert.equal(answerOf(gapAs(menu, 'short_answer')), '100')
  assert.equal(answerOf(gapAs(gapAs(gap, 'short_answer'), 'numerical')), '100')
})

test('rows in which nothing is written are not sent, and what is said of the others finds its row', () => {
  const body: SingleChoice = { ...newBody('single_choice'), text: 'Which?', choices: choices(0, 0, 0, 0).map((choice, index) => ({ ...choice, text: ['', 'a', '', 'b'][index] ?? '' })) }
  const sent = asSent(body)
  assert.deepEqual((sent.body as SingleChoice).choices.map(({ text }) => text), ['a', 'b'])
  assert.equal(sent.onPage('/body/choices/1/text'), '/body/choices/3/text')
  assert.equal(sent.onPage('/body/text'), '/body/text')
  // There have to be two.
  assert.equal((asSent(newBody('single_choice')).body as SingleChoice).choices.length, 2)
})

test('a number that is not written is never taken for any other number', () => {
  const body: Numerical = { ...newBody('numerical'), text: 'How many?' }
  assert.deepEqual(missing(body).map(({ pointer }) => pointer), ['/body/answers/0/value'])
  assert.ok(!('value' in ((asSent(body).body as Numerical).answers[0] ?? {})))
  assert.equal((asLookedAt(body).body as Numerical).answers[0]?.value, 0)
  const other: Numerical = { ...body, answers: [newNumber(2), newNumber(null, 0)] }
  assert.deepEqual(missing(other), [])
  assert.equal((asSent(other).body as Numerical).answers[1]?.value, null)
})

test('numbers of gaps have to be written, too', () => {
  const body: Cloze = { ...newBody('cloze'), text: '[[1]]', gaps: [newGap('1', newBody('numerical'))] }
  assert.deepEqual(missing(body).map(({ pointer }) => pointer), ['/body/gaps/0/question/answers/0/value'])
})

test('a text without gaps yet can be looked at', () => {
  assert.ok(!('gaps' in asLookedAt(newBody('cloze')).body))
})

test('what is kept on a device comes back as it was', () => {
  for (const kind of KINDS) {
    const body = newBody(kind)
    assert.deepEqual(revived(JSON.parse(JSON.stringify(kept(body))) as typeof body), body)
  }
  const other: Numerical = { ...newBody('numerical'), answers: [newNumber(), newNumber(null, 0)] }
  assert.deepEqual(revived(kept(other)), other)
})

test('empty rows make no other question', () => {
  const body: SingleChoice = { ...newBody('single_choice'), choices: choices(1, 0) }
  assert.ok(isSame(body, { ...body, choices: [...body.choices, newChoice()] }))
  assert.ok(!isSame(body, { ...body, choices: [...body.choices, newChoice('c')] }))
})

test('rows stay what they are on the page when the bank gives them ids of its own', () => {
  const mine: SingleChoice = { ...newBody('single_choice'), choices: choices(1, 0) }
  const theirs: SingleChoice = { ...mine, choices: mine.choices.map((choice, index) => ({ ...choice, id: index === 0 ? choice.id : 'given' })) }
  assert.deepEqual([...givenIds(mine, theirs)], [['given', '1']])
})

test('another kind keeps the texts, and the choices where it has some', () => {
  const body: MultipleChoice = { ...newBody('multiple_choice'), text: 'Which?', choices: choices(0.5, 0.5, 0) }
  const single = asKind(body, 'single_choice')
  assert.ok(single.kind === 'single_choice')
  assert.deepEqual(weightsOf(single.choices), [100, 0, 0])
  const order = asKind(body, 'ordering')
  assert.ok(order.kind === 'ordering')
  assert.deepEqual(order.items.map(({ text }) => text), ['choice 0', 'choice 1', 'choice 2'])
  const short = asKind(body, 'short_answer')
  assert.ok(short.kind === 'short_answer')
  assert.deepEqual(short.answers.map(({ text }) => text), ['choice 0', 'choice 1'])
  assert.equal(asKind(body, 'essay').text, 'Which?')
})

const draft = (part: Partial<Draft> = {}): Draft => ({
  title: '', body: { ...newBody('true_false'), text: 'It rains.' }, points: 1, penalty: 0, difficulty: null, tags: [], category_id: null, code: '', ...part,
})

test('two who change different things do not clash, nor do two who change the same to the same', () => {
  const was = draft()
  assert.deepEqual(clashes(was, draft({ points: 2 }), draft({ tags: ['weather'] })), [])
  assert.deepEqual(clashes(was, draft({ points: 2 }), draft({ points: 2 })), [])
  assert.deepEqual(clashes(was, draft({ points: 2, code: 'x' }), draft({ points: 3 })), ['points'])
  assert.deepEqual(changes(was, draft({ points: 2, code: 'x' })), ['points', 'code'])
})

test('a title that the bank made of the text goes with the text', () => {
  const body = { ...newBody('true_false'), text: '  It\n rains. ' }
  const stored = { ...draft({ body }), title: 'It rains.', category: null, kind: 'true_false' } as unknown as BankQuestion
  assert.equal(read(stored).title, '')
  assert.equal(read({ ...stored, title: 'Weather' }).title, 'Weather')
  assert.equal(asFields(draft({ body: { ...body, text: 'It snows.' } }), ['body']).title, '')
  assert.equal(titleOf('a'.repeat(90)), `${'a'.repeat(79)}…`)
})

test('lists in one line', () => {
  assert.deepEqual(endingsIn('.PDF, docx *.pdf;txt'), ['pdf', 'docx', 'txt'])
  assert.deepEqual(tagsIn('tall  trees, oak،ash,, oak'), ['tall trees', 'oak', 'ash'])
})
