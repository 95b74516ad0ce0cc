import type { Answerable, Gap } from '@/api/bodies'
import { typed } from '@/kit/numbers'

import { newAnswerable, newGap, newNumber, newPattern } from './fresh'
import { isBlank, numberIn } from './numbers'

/** Gaps in a text, written `[[id]]`; a backslash before it makes it what it looks like. */

const GAP = /(?<!\\)\[\[([A-Za-z0-9_-]{1,40})\]\]/g

/** The ids of the gaps in a text, in its order. */
export const gapsIn = (text: string) => [...new Set([...text.matchAll(GAP)].map(([, id = '']) => id))]

/** The first number that no gap has. */
export function freeId(text: string, gaps: readonly Gap[]): string {
  const taken = new Set([...gapsIn(text), ...gaps.map(({ id }) => id)])
  let number = 1
  while (taken.has(String(number))) number += 1
  return String(number)
}

/** A gap in the place of some words, which are its answer: typed, as a number if they are one. */
export function gapFor(words: string, id: string): Gap {
  const value = numberIn(words)
  if (!isBlank(value)) return newGap(id, { ...newAnswerable('numerical'), answers: [newNumber(value)] } as Answerable)
  return newGap(id, { ...newAnswerable('short_answer'), answers: [newPattern(words.trim().replaceAll('*', String.raw`\*`))] } as Answerable)
}

/** Whether nothing is lost with a gap. */
export function isUntouched({ question }: Gap): boolean {
  if (question.kind === 'numerical') return question.answers.every(({ value, feedback }) => value !== null && isBlank(value) && !feedback)
  const parts = question.kind === 'short_answer' ? question.answers : question.choices
  return parts.every(({ text, feedback }) => !text.trim() && !feedback)
}

/** The gaps of a text that has changed: those that are new in it, in its order, and last what it has lost. */
export function gapsAfter(text: string, gaps: readonly Gap[]): Gap[] {
  const ids = gapsIn(text)
  const there = ids.map((id) => gaps.find((gap) => gap.id === id) ?? newGap(id, newAnswerable('short_answer')))
  return [...there, ...gaps.filter((gap) => !ids.includes(gap.id) && !isUntouched(gap))]
}

/** What stands in the place of a gap that is taken away: its right answer, as it may have been before. */
export function answerOf({ question }: Gap): string {
  if (question.kind === 'numerical') return typed(question.answers[0]?.value ?? null)
  if (question.kind === 'short_answer') return (question.answers[0]?.text ?? '').replaceAll(String.raw`\*`, '*')
  return question.choices.find(({ weight }) => weight > 0)?.text ?? ''
}

/** The text without a gap. */
export function withoutGap(text: string, gap: Gap): string {
  return text.replaceAll(GAP, (found, id) => (id === gap.id ? answerOf(gap) : found))
}

/** A gap of another kind, with what of its answers the other can have. */
export function gapAs(gap: Gap, kind: Answerable['kind']): Gap {
  const words = answerOf(gap)
  const made = newAnswerable(kind)
  const { question } = gap
  const choices = question.kind === 'single_choice' || question.kind === 'multiple_choice' ? question.choices : null
  if (made.kind === 'single_choice' || made.kind === 'multiple_choice') {
    if (choices) return { ...gap, question: { ...made, choices: kind === 'single_choice' ? onlyOneRight(choices) : choices } }
    const [first, ...rest] = made.choices
    return { ...gap, question: { ...made, choices: first ? [{ ...first, text: words, weight: words ? 1 : 0 }, ...rest] : [] } }
  }
  if (made.kind === 'numerical') return { ...gap, question: { ...made, answers: [newNumber(numberIn(words))] } }
  return { ...gap, question: { ...made, answers: [newPattern(words.replaceAll('*', String.raw`\*`))] } }
}

function onlyOneRight<Choice extends { weight: number }>(choices: readonly Choice[]): Choice[] {
  const right = choices.find(({ weight }) => weight > 0)
  return choices.map((choice) => ({ ...choice, weight: choice === right ? 1 : 0 }))
}
