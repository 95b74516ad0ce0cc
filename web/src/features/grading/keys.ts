import type { Question } from '@/api/attempts'
import type { Answerable, Body, Choice, Matching, MultipleChoice, NumericalAnswer, Ordering, Pattern, SingleChoice } from '@/api/bodies'

/** Another key for a question that takers have seen: its parts stay as they are, and only what is right changes. */

const SAME = 1e-9

/** What is worth all of the points of a single choice, or some of a multiple one. */
export function rightChoices(body: SingleChoice | MultipleChoice): string[] {
  const isRight = body.kind === 'single_choice' ? (weight: number) => weight >= 1 - SAME : (weight: number) => weight > 0
  return body.choices.filter(({ weight }) => isRight(weight)).map(({ id }) => id)
}

/**
 * The question with other right choices. Of a single choice each is worth everything; of a multiple choice all have the
 * same part in it. What stays wrong costs what it did, and what becomes wrong as much as the others.
 */
export function withRightChoices<Choosing extends SingleChoice | MultipleChoice>(body: Choosing, right: readonly string[]): Choosing {
  const before = new Set(rightChoices(body))
  if (right.length === before.size && right.every((id) => before.has(id))) return body
  const costs = body.kind === 'multiple_choice' ? Math.min(0, ...body.choices.map(({ weight }) => weight)) : 0
  const full = body.kind === 'single_choice' ? 1 : 1 / Math.max(1, right.length)
  const weighed = (choice: Choice) => (right.includes(choice.id) ? full : before.has(choice.id) ? costs : choice.weight)
  return { ...body, choices: body.choices.map((choice) => ({ ...choice, weight: weighed(choice) })) }
}

/** An id that no part has yet. */
export function newId(parts: readonly { id: string }[]): string {
  const taken = new Set(parts.map(({ id }) => id))
  let number = parts.length + 1
  while (taken.has(`k${number}`)) number += 1
  return `k${number}`
}

export const newPattern = (parts: readonly Pattern[]): Pattern => ({ id: newId(parts), text: '', weight: 1, feedback: '' })

export const newAnswer = (parts: readonly NumericalAnswer[]): NumericalAnswer => ({
  id: newId(parts),
  value: 0,
  tolerance: 0,
  weight: 1,
  feedback: '',
})

/** By the id of a pair what belongs to it. */
export const matched = ({ pairs }: Matching) => Object.fromEntries(pairs.map(({ id, match }) => [id, match]))

/** What is to be matched, and what belongs to it now; what belongs to nothing any more is still offered. */
export function withMatches(body: Matching, response: Readonly<Record<string, string>>): Matching {
  const offered = new Set([...body.pairs.map(({ match }) => match), ...body.distractors])
  const pairs = body.pairs.map((pair) => ({ ...pair, match: response[pair.id] ?? pair.match }))
  for (const { match } of pairs) offered.delete(match)
  return { ...body, pairs, distractors: [...offered] }
}

export function inOrder(body: Ordering, ids: readonly string[]): Ordering {
  const items = ids.flatMap((id) => body.items.find((item) => item.id === id) ?? [])
  return items.length === body.items.length ? { ...body, items } : body
}

/** Why a key cannot be used as it is; the server knows more reasons. */
export type Fault = 'none_right' | 'empty_answer'

export function faultOf(body: Body): Fault | null {
  switch (body.kind) {
    case 'single_choice':
    case 'multiple_choice':
      return rightChoices(body).length > 0 ? null : 'none_right'
    case 'numerical':
      return body.answers.some(({ weight }) => weight > 0) ? null : 'none_right'
    case 'short_answer':
      if (body.answers.some(({ text }) => text.trim() === '')) return 'empty_answer'
      return body.answers.some(({ weight }) => weight > 0) ? null : 'none_right'
    case 'cloze':
      return body.gaps.reduce<Fault | null>((found, { question }) => found ?? faultOf(question), null)
    default:
      return null
  }
}

/** A gap as a question of its own, as its takers saw it. */
export function gapAsShown(shown: Question, id: string, { kind }: Answerable): Question {
  const gap = shown.gaps?.find((one) => one.id === id)
  return { id: `${shown.id}-${id}`, version: shown.version, kind, points: shown.points, html: '', choices: gap?.choices ?? [], units: gap?.units ?? [] }
}

/** People say what these are worth, so there is no key. */
export const hasKey = ({ kind }: Pick<Question, 'kind'>) => kind !== 'essay' && kind !== 'file_upload'
