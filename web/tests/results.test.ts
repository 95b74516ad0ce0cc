import assert from 'node:assert/strict'
import test from 'node:test'

import type { Question, QuestionKind } from '@/api/attempts'
import type { Given, QuestionStatistics, TestResult } from '@/api/results'
import { groups, numbered } from '@/features/results/given'
import { moved } from '@/features/results/grid'
import { hints, ordered, wentWrong } from '@/features/results/judging'
import { pause } from '@/features/results/pace'
import { needHelp } from '@/features/results/people'
import { clashes, merged, readWeight, shares } from '@/features/results/weighing'

const given = (value: string | null, count: number, right: boolean | null, part: string | null = null): Given => ({ part, value, count, right })

function asked(kind: QuestionKind, more: Partial<QuestionStatistics> = {}, question: Partial<Question> = {}): QuestionStatistics {
  return {
    question: { id: kind, version: 1, kind, points: 2, html: '', ...question },
    title: kind,
    points: 2,
    attempts: 40,
    waiting: 0,
    unanswered: 0,
    facility: 0.7,
    discrimination: 0.4,
    distribution: [],
    ...more,
  }
}
const choices = ['a', 'b', 'c'].map((id) => ({ id, html: `<p>${id}</p>` }))

test('a question that does well needs no hint, and one that nobody was asked neither', () => {
  assert.deepEqual(hints(asked('numerical')), [])
  assert.deepEqual(hints(asked('numerical', { attempts: 0, facility: null, discrimination: null })), [])
})

test('the key is doubted where those who did well did worse, and after few attempts only where chance would hardly say so', () => {
  assert.deepEqual(hints(asked('numerical', { discrimination: -0.2 })), ['reversed'])
  assert.deepEqual(hints(asked('numerical', { attempts: 9, discrimination: -0.4 })), [])
  assert.deepEqual(hints(asked('numerical', { attempts: 9, discrimination: -0.6 })), ['reversed'])
  assert.deepEqual(hints(asked('numerical', { attempts: 4, discrimination: -1 })), ['few'])
})

test('a wrong answer that was more common than the right one is told instead of how hard the question is', () => {
  const distribution = [given('b', 30, false), given('a', 10, true)]
  assert.deepEqual(hints(asked('single_choice', { facility: 0.25, distribution })), ['misled'])
  assert.deepEqual(hints(asked('single_choice', { facility: 0.25, distribution: [given('a', 10, true), given('b', 9, false)] })), ['hard'])
  // Of a multiple choice each choice is taken on its own.
  assert.deepEqual(hints(asked('multiple_choice', { facility: 0.25, distribution })), ['hard'])
})

test('easy, poor and left out are told', () => {
  assert.deepEqual(hints(asked('numerical', { facility: 0.97, discrimination: 0.05 })), ['easy'])
  assert.deepEqual(hints(asked('numerical', { discrimination: 0.05 })), ['poor'])
  assert.deepEqual(hints(asked('numerical', { unanswered: 10 })), ['left_out'])
  assert.deepEqual(hints(asked('essay', { attempts: 0, waiting: 8, unanswered: 4, facility: null, discrimination: null })), ['left_out'])
})

test('what went wrong comes with the worst first, and with doubtful keys', () => {
  const good = asked('true_false')
  const hard = asked('numerical', { facility: 0.2 })
  const middling = asked('matching', { facility: 0.5 })
  const doubtful = asked('ordering', { facility: 0.8, discrimination: -0.3 })
  const unknown = asked('essay', { facility: null, discrimination: null })
  assert.deepEqual(wentWrong([good, doubtful, middling, unknown, hard]), [hard, middling, doubtful])
  assert.deepEqual(ordered([good, doubtful, unknown, hard], 'hardest'), [hard, good, doubtful, unknown])
  assert.deepEqual(ordered([good, hard, unknown, doubtful], 'hints'), [doubtful, hard, good, unknown])
})

test('all choices are shown, also those that nobody took', () => {
  const one = asked('single_choice', { attempts: 8, waiting: 2, distribution: [given('b', 5, false), given('a', 3, true)] }, { choices })
  const [group] = groups(one)
  assert.deepEqual(group?.answers.map(({ key, count, share, right }) => [key, count, share, right]), [
    ['a', 3, 0.3, true],
    ['b', 5, 0.5, false],
    ['c', 0, 0, null],
  ])
  assert.equal(group.noneRight, false)
})

test('it is said when nobody was right, and not where nobody can say', () => {
  const none = (distribution: Given[]) => groups(asked('short_answer', { distribution }))[0]?.noneRight
  assert.equal(none([given('Lyon', 3, false)]), true)
  assert.equal(none([given('Lyon', 3, false), given('Paris', 1, true)]), false)
  assert.equal(none([given('Lyon', 3, null)]), false)
  assert.equal(none([]), false)
})

test('what is known of true is known of false', () => {
  const [group] = groups(asked('true_false', { distribution: [given('true', 40, false)] }))
  assert.deepEqual(group?.answers.map(({ truth, count, right }) => [truth, count, right]), [[true, 40, false], [false, 0, true]])
  assert.equal(group.noneRight, false)
})

test('what was typed, matched, ordered and filled in is shown part by part', () => {
  const [typed] = groups(asked('numerical', { distribution: [given('1.5 m', 4, true), given(null, 7, null)] }))
  assert.equal(typed?.answers[0]?.text, '1.5 m')
  assert.equal(typed.others, 7)

  const matching = { prompts: [{ id: 'p', html: 'France' }], matches: [{ text: 'Paris', html: '<b>Paris</b>' }] }
  const [matched] = groups(asked('matching', { distribution: [given('Paris', 4, true, 'p')] }, matching))
  assert.deepEqual([matched?.html, matched?.answers[0]?.html], ['France', ['<b>Paris</b>']])

  const [order] = groups(asked('ordering', { distribution: [given('c,a', 4, false)] }, { items: choices }))
  assert.deepEqual(order?.answers[0]?.html, ['<p>c</p>', '<p>a</p>'])

  const gaps = [{ id: 'g', kind: 'numerical' as const, layout: 'line' as const }, { id: 'h', kind: 'single_choice' as const, layout: 'menu' as const, choices }]
  const cloze = groups(asked('cloze', { distribution: [given('5', 1, false, 'g'), given('b', 2, true, 'h')] }, { gaps }))
  assert.deepEqual(cloze.map(({ gap, answers }) => [gap, answers.length]), [[1, 1], [2, 3]])

  assert.deepEqual(groups(asked('essay')), [])
})

test('gaps are told by their numbers in the text', () => {
  const gaps = [{ id: 'g', kind: 'numerical' as const, layout: 'line' as const }]
  const html = '<p>At <span class="gap" data-gap="g"></span> and <span class="gap" data-gap="?"></span></p>'
  assert.equal(numbered({ html, gaps }, String), '<p>At <strong>[1]</strong> and <span class="gap" data-gap="?"></span></p>')
})

test('help is for learners whose result is low or who have not begun, not for those who left', () => {
  const one = (name: string, percent: number | null, more: Partial<TestResult> = {}): TestResult => ({
    learner: { id: name, name },
    enrolled: true,
    state: percent === null ? 'not_begun' : 'graded',
    percent,
    points: null,
    max_points: null,
    passed: null,
    seconds: null,
    attempts: [],
    ...more,
  })
  const found = needHelp([one('good', 80), one('low', 40), one('lower', 10), one('gone', 5, { enrolled: false }), one('absent', null), one('waits', null, { state: 'submitted' })])
  assert.deepEqual(found.low.map(({ learner }) => learner.name), ['lower', 'low'])
  assert.deepEqual(found.notBegun.map(({ learner }) => learner.name), ['absent'])
  assert.deepEqual(needHelp([one('enough', 30, { passed: true }), one('short', 70, { passed: false })]).low.map(({ learner }) => learner.name), ['short'])
})

test('keys move in the table and stop at its edges', () => {
  const at = { row: 1, column: 1 }
  const press = (key: string, { ctrlKey = false, isRtl = false } = {}) => moved(at, { key, ctrlKey }, 30, 3, isRtl)
  assert.deepEqual(press('ArrowRight'), { row: 1, column: 2 })
  assert.deepEqual(press('ArrowRight', { isRtl: true }), { row: 1, column: 0 })
  assert.deepEqual(press('ArrowUp'), { row: 0, column: 1 })
  assert.deepEqual(press('PageUp'), { row: 0, column: 1 })
  assert.deepEqual(press('PageDown'), { row: 11, column: 1 })
  assert.deepEqual(press('End'), { row: 1, column: 2 })
  assert.deepEqual(press('End', { ctrlKey: true }), { row: 29, column: 2 })
  assert.deepEqual(press('Home', { ctrlKey: true }), { row: 0, column: 0 })
  assert.equal(press('Enter'), null)
  assert.deepEqual(moved({ row: 29, column: 2 }, { key: 'ArrowDown', ctrlKey: false }, 30, 3, false), { row: 29, column: 2 })
})

test('a running test is asked for often, a quiet one seldom, and a server that is away ever more seldom', () => {
  assert.ok(pause(0, false) < pause(0, true))
  const waits = [1, 2, 3, 4, 5, 6, 20].map((failures) => pause(failures, false))
  assert.deepEqual(waits, waits.toSorted((a, b) => a - b))
  assert.equal(waits.at(-1), 60_000)
  assert.ok(pause(1, true) >= pause(0, true))
  assert.equal(pause(1, false, 90), 90_000)
})

test('weights are numbers from 0 to 1000, and shares of the total', () => {
  assert.equal(readWeight('2,5'), 2.5)
  for (const wrong of ['', '-1', '1001', 'two', '1e9']) assert.equal(readWeight(wrong), null)
  assert.deepEqual(shares([1, 3, null]), [0.25, 0.75, null])
  assert.deepEqual(shares([0, 0]), [null, null])
})

test('two who weigh at once clash only where both changed the same to something else', () => {
  const base = { missing: 'left_out' as const, weights: { a: 1, b: 1, c: 1 } }
  const mine = { missing: 'left_out' as const, weights: { a: 2, b: 3, c: 1 } }
  const theirs = { missing: 'zero' as const, weights: { a: 5, b: 3, d: 4 } }
  assert.deepEqual(clashes(base, mine, theirs, ['a', 'b', 'c']), { tests: ['a'], missing: false })
  assert.deepEqual(merged(base, mine, theirs, ['a', 'b', 'c']), { missing: 'zero', weights: { a: 2, b: 3, d: 4 } })
})
