import type { BankQuestion, QuestionFields } from '@/api/questions'

import { asSent, isSame } from './sent'

/** A question as it stands on the page. */
export type Draft = QuestionFields

export type Field = keyof Draft

/** In the order in which they are told. */
export const FIELDS = ['title', 'body', 'points', 'penalty', 'difficulty', 'tags', 'category_id', 'code'] as const satisfies readonly Field[]

const LONGEST_TITLE = 80

/** The title that the bank gives a question without one: its first words. */
export function titleOf(text: string): string {
  // Counted as the bank does, by code points.
  const line = Array.from(text.split(/\s+/).filter(Boolean).join(' '))
  return line.length <= LONGEST_TITLE ? line.join('') : `${line.slice(0, LONGEST_TITLE - 1).join('').trimEnd()}…`
}

/** A title that the bank gave is none of the author's: it goes with the text. */
export function read({ body, title, points, penalty, difficulty, tags, category, code }: BankQuestion): Draft {
  return { title: title === titleOf(body.text) ? '' : title, body, points, penalty, difficulty, tags, category_id: category?.id ?? null, code }
}

function differs(field: Field, a: Draft, b: Draft): boolean {
  return field === 'body' ? !isSame(a.body, b.body) : JSON.stringify(a[field]) !== JSON.stringify(b[field])
}

/** The fields in which two differ. */
export const changes = (a: Draft, b: Draft): Field[] => FIELDS.filter((field) => differs(field, a, b))

export const only = (draft: Draft, fields: readonly Field[]): Partial<Draft> =>
  Object.fromEntries(fields.map((field) => [field, draft[field]]))

/** The fields in which mine and theirs have both left what was, and for different things. */
export function clashes(was: Draft, mine: Draft, theirs: Draft): Field[] {
  const both = changes(was, theirs)
  return changes(was, mine).filter((field) => both.includes(field) && differs(field, mine, theirs))
}

/** What is sent of some fields. */
export function asFields(draft: Draft, fields: readonly Field[]): Partial<QuestionFields> {
  const part = only(draft, fields)
  return { ...part, ...(part.body && { body: asSent(part.body).body, title: draft.title }) }
}
