import type {
  Answerable,
  Body,
  BodyOf,
  Choice,
  Gap,
  NumericalAnswer,
  Pair,
  Pattern,
  RubricLine,
  SingleChoice,
  Unit,
} from '@/api/bodies'
import type { QuestionKind } from '@/api/attempts'
import { idempotencyKey } from '@/api/client'

import { BLANK } from './numbers'

/** Questions, and parts of them, before anything is written in them. */

/** An id until the bank gives its own. */
export const partId = () => idempotencyKey().slice(0, 8)

export const newChoice = (text = '', weight = 0): Choice => ({ id: partId(), text, weight, feedback: '' })
export const newPattern = (text = '', weight = 1): Pattern => ({ id: partId(), text, weight, feedback: '' })
export const newNumber = (value: number | null = BLANK, weight = 1): NumericalAnswer => ({ id: partId(), value, tolerance: 0, weight, feedback: '' })
export const newPair = (): Pair => ({ id: partId(), prompt: '', match: '' })
export const newUnit = (factor = 1): Unit => ({ name: '', factor })
export const newLine = (share = BLANK): RubricLine => ({ id: partId(), text: '', share })
export const newGap = (id: string, question: Answerable): Gap => ({ id, question, points: 1, layout: 'menu' })

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make)

const MADE: { [Kind in QuestionKind]: () => Omit<BodyOf<Kind>, 'text' | 'feedback' | 'hints'> } = {
  single_choice: () => ({ kind: 'single_choice', choices: times(4, () => newChoice()), shuffle: true }),
  multiple_choice: () => ({ kind: 'multiple_choice', choices: times(4, () => newChoice()), shuffle: true, scoring: 'all_or_nothing' }),
  true_false: () => ({ kind: 'true_false', answer: true, feedback_true: '', feedback_false: '' }),
  numerical: () => ({ kind: 'numerical', answers: [newNumber()], units: [], unit_required: false }),
  short_answer: () => ({ kind: 'short_answer', answers: [newPattern()], case_sensitive: false }),
  matching: () => ({ kind: 'matching', pairs: times(3, newPair), distractors: [], shuffle: true }),
  ordering: () => ({ kind: 'ordering', items: times(3, () => newChoice()), scoring: 'positions' }),
  cloze: () => ({ kind: 'cloze', gaps: [] }),
  essay: () => ({ kind: 'essay', least_words: 0, most_words: null, files: 0, template: '', for_graders: '', rubric: [] }),
  file_upload: () => ({ kind: 'file_upload', most_files: 1, endings: [], for_graders: '', rubric: [] }),
}

/** A question of a kind in which nothing is written yet. */
export function newBody<Kind extends QuestionKind>(kind: Kind): BodyOf<Kind> {
  return { text: '', feedback: '', hints: [], ...MADE[kind]() } as unknown as BodyOf<Kind>
}

/** What a gap asks: a question without a text of its own. */
export const newAnswerable = (kind: Answerable['kind']): Answerable => newBody(kind)

/** What was written for one kind as another one: its texts, and its choices where the other has some. */
export function asKind(body: Body, kind: QuestionKind): Body {
  const { text, feedback, hints } = body
  const made: Body = { ...newBody(kind), text, feedback, hints }
  const choices = listed(body)
  if (choices.length === 0) return made
  if (made.kind === 'multiple_choice') return { ...made, choices }
  if (made.kind === 'single_choice') return { ...made, choices: withOneRight(choices) }
  if (made.kind === 'ordering') return { ...made, items: choices.map((choice) => newChoice(choice.text)) }
  if (made.kind === 'short_answer') {
    const right = choices.filter(({ weight }) => weight > 0).map((choice) => newPattern(choice.text))
    return right.length > 0 ? { ...made, answers: right } : made
  }
  return made
}

function listed(body: Body): Choice[] {
  const all = body.kind === 'single_choice' || body.kind === 'multiple_choice' ? body.choices : body.kind === 'ordering' ? body.items : []
  return all.some(({ text }) => text.trim()) ? all : []
}

/** Where several are right the first of them is. */
function withOneRight(choices: readonly Choice[]): SingleChoice['choices'] {
  const right = choices.find(({ weight }) => weight > 0)
  return choices.map((choice) => ({ ...choice, weight: choice === right ? 1 : 0 }))
}
