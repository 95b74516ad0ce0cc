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

/** What is right, in short: the texts of it, whether a statement holds, or that a person says so. */
export type Key = { by: 'texts'; texts: string[]; all: boolean } | { by: 'truth'; answer: boolean } | { by: 'hand' }

export function keyOf(body: Body): Key {
  switch (body.kind) {
    case 'single_choice':
    case 'multiple_choice':
      return texts(body.choices.filter(({ weight }) => weight > 0).map(({ text }) => text))
    case 'short_answer':
      return texts(body.answers.filter(({ weight }) => weight > 0).map(({ text }) => text), false)
    case 'numerical': {
      const unit = body.units.find(({ factor }) => factor === 1)?.name
      const right = body.answers.filter(({ value, weight }) => value !== null && weight > 0)
      return { by: 'texts', texts: right.map(({ value, tolerance }) => number(value ?? 0, tolerance, unit)), all: false }
    }
    case 'true_false':
      return { by: 'truth', answer: body.answer }
    case 'matching':
      return texts(body.pairs.map(({ prompt, match }) => `${prompt} – ${match}`))
    case 'ordering':
      return texts(body.items.map(({ text }) => text))
    case 'cloze':
      return { by: 'texts', texts: body.gaps.map(({ question }) => first(keyOf(question))), all: true }
    case 'essay':
    case 'file_upload':
      return { by: 'hand' }
  }
}

const texts = (all: string[], together = true): Key => ({ by: 'texts', texts: all.map(inWords), all: together })
const first = (key: Key) => (key.by === 'texts' ? (key.texts[0] ?? '') : '')

function number(value: number, tolerance: number, unit: string | undefined): string {
  const within = tolerance > 0 ? `${value} ± ${tolerance}` : String(value)
  return unit ? `${within} ${unit}` : within
}
