import assert from 'node:assert/strict'
import test from 'node:test'

import type { GivenResponse, RubricLine, Sheet } from '@/api/grading'
import { rounded, written } from '@/features/grading/numbers'
import { following, placeOf, told, waitingIn } from '@/features/grading/queue'
import { isMarked, levels, linePoints, markedPoints, meanMarks, unmarked } from '@/features/grading/rubric'

const line = (id: string, share: number): RubricLine => ({ id, text: id, share })
const rubric = [line('claim', 0.5), line('proof', 0.3), line('words', 0.2)]

test('what a rubric is marked with comes to points', () => {
  assert.equal(markedPoints(rubric, {}, 10), 0)
  assert.equal(markedPoints(rubric, { claim: 1, proof: 0.5 }, 10), 6.5)
  assert.equal(markedPoints(rubric, { claim: 1, proof: 1, words: 1 }, 10), 10)
  assert.equal(markedPoints(rubric, { claim: 1, unknown: 1 }, 10), 5)
  assert.equal(markedPoints(rubric, { claim: 1, proof: 1, words: 1 }, 3.337), 3.337)
})

test('thirds that were written with some digits come to all of the points', () => {
  const thirds = [line('a', 0.3333), line('b', 0.3333), line('c', 0.3333)]
  assert.equal(markedPoints(thirds, { a: 1, b: 1, c: 1 }, 10), 10)
  assert.equal(rounded(linePoints(line('a', 0.3333), thirds, 9)), 3)
})

test('a line is marked in steps that people think in', () => {
  assert.deepEqual(levels(1), [0, 0.5, 1])
  assert.deepEqual(levels(2), [0, 0.25, 0.5, 0.75, 1])
  assert.deepEqual(levels(5), [0, 0.2, 0.4, 0.6, 0.8, 1])
  assert.deepEqual(levels(2.5), [0, 0.25, 0.5, 0.75, 1])
  assert.deepEqual(levels(20), [0, 0.25, 0.5, 0.75, 1])
})

test('a mark that came from elsewhere can be seen', () => {
  assert.deepEqual(levels(1, 0.7), [0, 0.5, 0.7, 1])
  assert.deepEqual(levels(3, 1 / 3), levels(3))
  assert.ok(isMarked(0.1 + 0.2, 0.3))
  assert.ok(!isMarked(undefined, 0))
})

test('a line marked with nothing is marked', () => {
  assert.deepEqual(unmarked(rubric, { claim: 0 }).map(({ id }) => id), ['proof', 'words'])
})

test('several graders come to the mean of those who marked a line', () => {
  assert.deepEqual(meanMarks([{ claim: 1, proof: 0 }, { claim: 0.5 }, {}]), { claim: 0.75, proof: 0 })
  assert.deepEqual(meanMarks([]), {})
})

test('points are written to the hundredth', () => {
  assert.equal(written(10 / 3), '3.33')
  assert.equal(written(7), '7')
  assert.equal(written(null), '')
})

const response = (id: string, state: 'waiting' | 'graded' = 'waiting'): GivenResponse => ({
  attempt_id: id,
  learner: { id: `of-${id}`, name: id },
  pseudonym: null,
  submitted_at: '2026-03-01T10:00:00Z',
  state,
  points: state === 'graded' ? 3 : null,
  graders: state === 'graded' ? 1 : 0,
})
const queue = [response('a'), response('b', 'graded'), response('c'), response('d')]

test('after one that was waiting comes the next that waits', () => {
  assert.equal(following(queue, 'a', 'waiting')?.attempt_id, 'c')
  assert.equal(following(queue, 'c', 'waiting')?.attempt_id, 'd')
})

test('what was passed over comes again at the end, and then there is an end', () => {
  assert.equal(following(queue, 'd', 'waiting')?.attempt_id, 'a')
  const done = queue.map((one) => ({ ...one, state: 'graded' as const }))
  assert.equal(following(done, 'd', 'waiting'), undefined)
  assert.equal(following([response('a')], 'a', 'waiting'), undefined)
})

test('who looks through all of them goes from one to the next', () => {
  assert.equal(following(queue, 'a', 'all')?.attempt_id, 'b')
  assert.equal(following(queue, 'd', 'graded'), undefined)
})

test('from a response that is not in the queue one comes to its beginning', () => {
  assert.equal(placeOf(queue, 'z'), -1)
  assert.equal(following(queue, 'z', 'waiting')?.attempt_id, 'a')
})

test('a response that is graded stays where it is', () => {
  const sheet = { ...response('c', 'graded'), points: 5 } as Sheet
  const now = told(queue, sheet)
  assert.deepEqual(now.map(({ attempt_id: id }) => id), ['a', 'b', 'c', 'd'])
  assert.deepEqual(waitingIn(now).map(({ attempt_id: id }) => id), ['a', 'd'])
  assert.deepEqual(now[2], { ...response('c', 'graded'), points: 5 })
})
