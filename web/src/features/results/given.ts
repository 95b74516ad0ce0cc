import type { Part, Question } from '@/api/attempts'
import type { Given, QuestionStatistics } from '@/api/results'

import { askedOf } from './judging'

/** What was given to a question, put beside what it offers. */

export interface Answer {
  key: string
  /** As the server has rendered it: a choice, a match, or things in order. */
  html: string[]
  /** As it was typed, if it was. */
  text: string | null
  /** For a statement. */
  truth: boolean | null
  count: number
  /** Of all who were asked, 0 to 1. */
  share: number
  right: boolean | null
}

/** The answers to a question, or to one part of it. */
export interface Group {
  key: string
  /** What was to be matched. */
  html: string | null
  /** Which gap of the text, from 1. */
  gap: number | null
  answers: Answer[]
  /** How many gave another answer than these. */
  others: number
  /** There are answers, and none of them is right. */
  noneRight: boolean
}

export function groups(one: Pick<QuestionStatistics, 'question' | 'distribution' | 'attempts' | 'waiting'>): Group[] {
  const { question, distribution } = one
  const of = askedOf(one)
  const given = (part: string | null) => distribution.filter((row) => row.part === part)
  switch (question.kind) {
    case 'essay':
    case 'file_upload':
      return []
    case 'matching':
      return (question.prompts ?? []).map(({ id, html }) => group(id, given(id), (rows) => typed(rows, of, question), { html }))
    case 'cloze':
      return (question.gaps ?? []).map(({ id, choices }, index) =>
        group(id, given(id), (rows) => (choices ? offered(choices, rows, of) : typed(rows, of, question)), { gap: index + 1 }),
      )
    case 'true_false':
      return [group('', given(null), (rows) => statements(rows, of))]
    default:
      return [group('', given(null), (rows) => (question.choices ? offered(question.choices, rows, of) : typed(rows, of, question)))]
  }
}

function group(key: string, rows: readonly Given[], read: (rows: readonly Given[]) => Answer[], of: { html?: string; gap?: number } = {}): Group {
  const answers = read(rows.filter(({ value }) => value !== null))
  return {
    key,
    html: of.html ?? null,
    gap: of.gap ?? null,
    answers,
    others: rows.find(({ value }) => value === null)?.count ?? 0,
    noneRight: answers.some(({ right }) => right === false) && !answers.some(({ right }) => right === true),
  }
}

const answer = (key: string, count: number, of: number, right: boolean | null): Answer => ({
  key,
  html: [],
  text: null,
  truth: null,
  count,
  share: of > 0 ? Math.min(1, count / of) : 0,
  right,
})

/** Every choice, also those that nobody took. */
function offered(choices: readonly Part[], rows: readonly Given[], of: number): Answer[] {
  return choices.map(({ id, html }) => {
    const row = rows.find(({ value }) => value === id)
    return { ...answer(id, row?.count ?? 0, of, row?.right ?? null), html: [html] }
  })
}

/** True and false: what is known of one is known of the other. */
function statements(rows: readonly Given[], of: number): Answer[] {
  return [true, false].map((truth) => {
    const row = rows.find(({ value }) => value === String(truth))
    const other = rows.find(({ value }) => value === String(!truth))?.right ?? null
    const right = row?.right ?? (other === null ? null : !other)
    return { ...answer(String(truth), row?.count ?? 0, of, right), truth }
  })
}

/** What was typed, matched or put in order: only what was given, the most frequent first. */
function typed(rows: readonly Given[], of: number, { matches, items }: Question): Answer[] {
  return rows.map(({ value, count, right }) => {
    const words = value ?? ''
    const shown = answer(words, count, of, right)
    const match = matches?.find(({ text }) => text === words)
    if (match) return { ...shown, html: [match.html] }
    if (items) return { ...shown, html: words.split(',').flatMap((id) => items.find((item) => item.id === id)?.html ?? []) }
    return { ...shown, text: words }
  })
}

const GAP = /<span class="gap" data-gap="([^"]*)"><\/span>/g

/** The text of a question, with the gaps in it told by their numbers. */
export function numbered({ html, gaps }: Pick<Question, 'html' | 'gaps'>, format: (number: number) => string): string {
  return html.replaceAll(GAP, (whole, id: string) => {
    const at = gaps?.findIndex((gap) => gap.id === id) ?? -1
    return at < 0 ? whole : `<strong>[${format(at + 1)}]</strong>`
  })
}
