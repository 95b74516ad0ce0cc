import type { Body } from '@/api/bodies'
import { excerpt } from '@/features/groups/excerpt'

const LONGEST = 160

/** A text of a question in one line, without its marks. Titles are read so, too: many are the beginning of a text. */
export const inWords = (text: string) => excerpt(text.replace(/(?<!\\)\[\[[\w-]+\]\]/g, '…'))

/** The beginning of what a question asks; empty where its title says it already. */
export function beginning(title: string, { text }: Pick<Body, 'text'>): string {
  const words = inWords(text)
  const said = inWords(title).replace(/…$/, '')
  if (words.startsWith(said) && words.length < said.length + 20) return ''
  return words.length > LONGEST ? `${words.slice(0, LONGEST).trimEnd()}…` : words
}

/** One thing that is right, and how much of the points it earns: 1 is all of them. */
export interface KeyText {
  text: string
  share: number
}

/** What is right, in short: the texts of it, whether a statement holds, or that a person says so. */
export type Key = { by: 'texts'; texts: KeyText[]; all: boolean } | { by: 'truth'; answer: boolean } | { by: 'hand' }

export function keyOf(body: Body): Key {
  switch (body.kind) {
    case 'single_choice':
      return anyOf(body.choices)
    case 'multiple_choice': {
      const right = body.choices.filter(({ weight }) => weight > 0)
      const isEven = right.every(({ weight }) => weight === right[0]?.weight)
      return { by: 'texts', texts: right.map(({ text, weight }) => ({ text: inWords(text), share: isEven ? 1 : weight })), all: true }
    }
    case 'short_answer':
      return anyOf(body.answers)
    case 'numerical': {
      const unit = body.units.find(({ factor }) => factor === 1)?.name
      const right = body.answers.filter(({ value }) => value !== null)
      return anyOf(right.map(({ value, tolerance, weight }) => ({ text: number(value ?? 0, tolerance, unit), weight })))
    }
    case 'true_false':
      return { by: 'truth', answer: body.answer }
    case 'matching':
      return allOf(body.pairs.map(({ prompt, match }) => `${prompt} – ${match}`))
    case 'ordering':
      return allOf(body.items.map(({ text }) => text))
    case 'cloze':
      return { by: 'texts', texts: body.gaps.map(({ question }) => best(keyOf(question))), all: true }
    case 'essay':
    case 'file_upload':
      return { by: 'hand' }
  }
}

const allOf = (texts: string[]): Key => ({ by: 'texts', texts: texts.map((text) => ({ text: inWords(text), share: 1 })), all: true })

/** What earns most comes first. */
function anyOf(answers: readonly { text: string; weight: number }[]): Key {
  const right = answers.filter(({ weight }) => weight > 0).sort((one, other) => other.weight - one.weight)
  return { by: 'texts', texts: right.map(({ text, weight }) => ({ text: inWords(text), share: weight })), all: false }
}

function best(key: Key): KeyText {
  return { text: key.by === 'texts' ? (key.texts[0]?.text ?? '') : '', share: 1 }
}

function number(value: number, tolerance: number, unit: string | undefined): string {
  const within = tolerance > 0 ? `${value} ± ${tolerance}` : String(value)
  return unit ? `${within} ${unit}` : within
}
