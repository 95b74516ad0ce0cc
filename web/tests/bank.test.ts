import assert from 'node:assert/strict'
import test from 'node:test'

import type { Body } from '@/api/bodies'
import type { ImportProblem, QuestionCategory } from '@/api/questions'
import { withEach } from '@/features/bank/each'
import { asked, asQuery, type Filters, filtersIn, NO_FILTERS } from '@/features/bank/filters'
import { grouped } from '@/features/bank/found'
import { telling } from '@/features/bank/statistics'
import { around, placesFor, rowsOf, visible } from '@/features/bank/tree'
import { beginning, inWords, keyOf } from '@/features/bank/words'

const common = { feedback: '', hints: [] }

function category(path: string, questions = 0): QuestionCategory {
  const names = path.split('/')
  const parent = names.slice(0, -1).join('/') || null
  return { id: path, course_id: 'c', parent_id: parent, name: names.at(-1) ?? '', path: names, shared: false, position: 0, questions, version: 1 }
}

const TREE = [category('Life', 1), category('Life/Cells', 2), category('Life/Cells/Walls', 4), category('Life/Trees', 8), category('Stars', 16)]
const names = (rows: readonly { category: QuestionCategory }[]) => rows.map(({ category: { id } }) => id)

test('a category counts what is in it and below', () => {
  assert.deepEqual(
    rowsOf(TREE).map(({ category: { id }, depth, total, parent }) => [id, depth, total, parent]),
    [
      ['Life', 0, 15, true],
      ['Life/Cells', 1, 6, true],
      ['Life/Cells/Walls', 2, 4, false],
      ['Life/Trees', 1, 8, false],
      ['Stars', 0, 16, false],
    ],
  )
})

test('what is in a closed category is out of sight, also where it is open itself', () => {
  const rows = rowsOf(TREE)
  assert.deepEqual(names(visible(rows, new Set())), ['Life', 'Stars'])
  assert.deepEqual(names(visible(rows, new Set(['Life']))), ['Life', 'Life/Cells', 'Life/Trees', 'Stars'])
  assert.deepEqual(names(visible(rows, new Set(['Life/Cells']))), ['Life', 'Stars'])
  assert.deepEqual(around(rows, 'Life/Cells/Walls'), ['Life', 'Life/Cells', 'Life/Cells/Walls'])
  assert.deepEqual(around(rows, 'gone'), [])
})

test('a category goes neither into itself nor too deep', () => {
  assert.deepEqual(names(placesFor(rowsOf(TREE), 'Life/Cells')), ['Life', 'Life/Trees', 'Stars'])
  const deep = Array.from({ length: 9 }, (_, at) => category(Array.from({ length: at + 1 }, (_, n) => `d${n}`).join('/')))
  const places = placesFor(rowsOf([...deep, ...TREE]), 'Life/Cells')
  // Two levels of its own: on top of eight they are the ten that there may be.
  assert.deepEqual(Math.max(...places.map(({ depth }) => depth + 1)), 8)
})

test('filters survive the way through an address', () => {
  const filters: Filters = { from: 'archived', q: 'a  b', kind: 'cloze', category: '0191f0a0-0000-7000-8000-000000000001', tag: 'x', difficulty: 'hard' }
  assert.deepEqual(filtersIn(asQuery(filters)), filters)
  assert.deepEqual(asQuery(NO_FILTERS), {})
  assert.deepEqual(filtersIn({}), NO_FILTERS)
})

test('what is no filter in an address is not asked for', () => {
  const typed = { from: 'everyone', kind: 'riddle', category: '../..', difficulty: ['easy', 'hard'], q: 'w'.repeat(500) }
  assert.deepEqual(filtersIn(typed), { ...NO_FILTERS, q: 'w'.repeat(200) })
})

test('the categories of a course narrow nothing of what others share', () => {
  const category = '0191f0a0-0000-7000-8000-000000000001'
  assert.equal(asked({ ...NO_FILTERS, category }).category, category)
  const shared = asked({ ...NO_FILTERS, from: 'shared', category })
  assert.equal(shared.category, undefined)
  assert.equal(shared.shared, true)
})

test('a text reads without its marks and gaps', () => {
  assert.equal(inWords('Which **number** is [[a]] `prime`?\n\n- yes'), 'Which number is … prime? yes')
  assert.equal(inWords(String.raw`Write \[[a]]`), String.raw`Write \[[a]]`)
})

test('a title that is the beginning of the text is not said twice', () => {
  const text = 'Which number is **prime**, of all those that are written on the board behind the teacher in the room?'
  assert.equal(beginning('Which number is **prime**?', { text: 'Which number is **prime**?' }), '')
  assert.equal(beginning(`${text.slice(0, 79)}…`, { text }), inWords(text))
  assert.equal(beginning('Primes', { text: 'Which is?' }), 'Which is?')
  assert.equal(beginning('Primes', { text: 'x'.repeat(500) }).length, 161)
})

test('what is partly right says how much of it counts', () => {
  const weighing = (...weights: number[]) => weights.map((weight, index) => ({ id: String(index), text: `t${index}`, weight, feedback: '' }))
  const single: Body = { kind: 'single_choice', text: '', choices: weighing(0, 0.5, 1), shuffle: true, ...common }
  assert.deepEqual(keyOf(single), { by: 'texts', texts: [{ text: 't2', share: 1 }, { text: 't1', share: 0.5 }], all: false })
  // Several that are right together are so each, unless one of them counts more.
  const several = (...weights: number[]) => {
    const key = keyOf({ ...single, kind: 'multiple_choice', choices: weighing(...weights), scoring: 'weights' })
    return key.by === 'texts' ? key.texts.map(({ share }) => share) : []
  }
  assert.deepEqual(several(0.5, 0.5, -0.5), [1, 1])
  assert.deepEqual(several(0.75, 0.25), [0.75, 0.25])
})

test('the key of every kind in short', () => {
  const choices = [
    { id: 'a', text: '**9**', weight: 0, feedback: '' },
    { id: 'b', text: '11', weight: 1, feedback: '' },
    { id: 'c', text: '15', weight: -0.5, feedback: '' },
  ]
  const single: Body = { kind: 'single_choice', text: '', choices, shuffle: true, ...common }
  const answers = [
    { id: 'a', value: 1.5, tolerance: 0.1, weight: 1, feedback: '' },
    { id: 'b', value: null, tolerance: 0, weight: 0.1, feedback: '' },
  ]
  const units = [{ name: 'cm', factor: 100 }, { name: 'm', factor: 1 }]
  const numerical: Body = { kind: 'numerical', text: '', answers, units, unit_required: false, ...common }
  const gaps = [
    { id: 'x', question: single, points: 1, layout: 'menu' as const },
    { id: 'y', question: numerical, points: 1, layout: 'line' as const },
  ]
  assert.deepEqual(keyOf(single), { by: 'texts', texts: [{ text: '11', share: 1 }], all: false })
  assert.deepEqual(keyOf(numerical), { by: 'texts', texts: [{ text: '1.5 ± 0.1 m', share: 1 }], all: false })
  assert.deepEqual(keyOf({ kind: 'cloze', text: '[[x]] [[y]]', gaps, ...common }), {
    by: 'texts',
    texts: [{ text: '11', share: 1 }, { text: '1.5 ± 0.1 m', share: 1 }],
    all: true,
  })
  assert.deepEqual(keyOf({ kind: 'true_false', text: '', answer: false, feedback_true: '', feedback_false: '', ...common }), { by: 'truth', answer: false })
  assert.deepEqual(keyOf({ kind: 'essay', text: '', least_words: 0, most_words: null, files: 0, template: '', for_graders: '', rubric: [], ...common }), { by: 'hand' })
})

test('a question is judged only where that can be said', () => {
  const of = (discrimination: number | null, attempts = 100) => telling({ attempts, facility: 0.5, discrimination })
  assert.deepEqual([of(-0.1), of(0.1), of(0.25), of(0.4), of(null)], ['reversed', 'poor', null, 'good', null])
  assert.equal(of(-0.9, 19), null)
})

test('a reason is told once, with its places in order', () => {
  const problem = (line: number, code: string, severity: ImportProblem['severity'] = 'error'): ImportProblem => ({ line, code, severity, detail: code, question: `q${line}` })
  const found = grouped([problem(9, 'braces'), problem(7, 'rare'), problem(3, 'braces'), problem(1, 'braces', 'warning')], 'error')
  assert.deepEqual(
    found.map(({ code, places }) => [code, places.map(({ line }) => line)]),
    [
      ['braces', [3, 9]],
      ['rare', [7]],
    ],
  )
})

test('what fails for one of many is told, and holds up none of the others', async () => {
  const heard: number[] = []
  let [now, most] = [0, 0]
  const { done, errors } = await withEach(
    [1, 2, 3, 4, 5, 6],
    async (thing) => {
      most = Math.max(most, (now += 1))
      await new Promise((resolve) => setTimeout(resolve, 5))
      now -= 1
      if (thing === 2) throw new Error('two')
      return thing * 10
    },
    (through) => heard.push(through),
  )
  assert.deepEqual(done.map(({ result }) => result), [10, 30, 40, 50, 60])
  assert.equal(errors.length, 1)
  assert.deepEqual(heard, [1, 2, 3, 4, 5, 6])
  assert.equal(most, 3)
})
