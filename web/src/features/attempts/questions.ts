import type { Attempt, Question, Response, Section } from '@/api/attempts'

/** A question where it stands in an attempt. */
export interface Asked {
  question: Question
  /** From 1. */
  number: number
  section: Section
  /** The first of its section, before which the section's own text stands. */
  isFirst: boolean
}

export function asked(sections: readonly Section[]): Asked[] {
  let number = 0
  return sections.flatMap((section) =>
    section.questions.map((question, index) => ({ question, section, number: ++number, isFirst: index === 0 })),
  )
}

/** One question after the other; a test without a way back cannot show all of them at once. */
export const isPaged = ({ page, go_back }: Pick<Attempt, 'page' | 'go_back'>) => page === 'one' || !go_back

/** Whether an answer says anything, as the server sees it. */
export function isAnswered(response: Response): boolean {
  if (response === null || response === undefined) return false
  if (typeof response === 'string') return response.trim() !== ''
  if (Array.isArray(response)) return response.length > 0
  if (typeof response !== 'object') return true
  return Object.values(response).some(isAnswered)
}

/** Words as people count them: what stands between spaces, or as many as a language without spaces has. */
export function wordsIn(text: string, locale: string): number {
  const segmenter = new Intl.Segmenter(locale, { granularity: 'word' })
  let count = 0
  for (const { isWordLike } of segmenter.segment(text)) if (isWordLike) count += 1
  return count
}

/** Where to go on: at the first question without an answer, or where there is no way back after the last with one. */
export function resumeAt(order: readonly Asked[], answered: (question: Question) => boolean, goBack: boolean): number {
  const flags = order.map(({ question }) => answered(question))
  const at = goBack ? flags.indexOf(false) : flags.lastIndexOf(true)
  return Math.max(0, at)
}

/** Puts one of a list elsewhere in it. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = list.toSpliced(from, 1)
  return rest.toSpliced(to, 0, ...list.slice(from, from + 1))
}
