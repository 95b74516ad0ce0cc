import type { QuestionKind } from './attempts'

/**
 * What a teacher writes in a question, by its kind. Texts are Markdown. Weights go from -1 to 1, where 1 is all of the
 * question's points. The bank replaces the ids of parts that are new to a question, but for those of gaps.
 */

/** Something to choose, or to put in order. */
export interface Choice {
  id: string
  text: string
  weight: number
  feedback: string
}

/** A text to be typed; `*` stands for anything, `\*` for an asterisk. */
export interface Pattern {
  id: string
  text: string
  weight: number
  feedback: string
}

/** A number and how far off it may be, in the question's own unit; null matches any other number. */
export interface NumericalAnswer {
  id: string
  value: number | null
  tolerance: number
  weight: number
  feedback: string
}

/** So many (`factor`) are one of the question's own. */
export interface Unit {
  name: string
  factor: number
}

export interface Pair {
  id: string
  prompt: string
  match: string
}

/** The shares of a rubric add up to 1. */
export interface RubricLine {
  id: string
  text: string
  share: number
}

interface Common {
  text: string
  /** What everyone is told afterwards. */
  feedback: string
  hints: string[]
}

export interface SingleChoice extends Common {
  kind: 'single_choice'
  choices: Choice[]
  shuffle: boolean
}

export interface MultipleChoice extends Common {
  kind: 'multiple_choice'
  choices: Choice[]
  shuffle: boolean
  scoring: 'weights' | 'all_or_nothing'
}

export interface TrueFalse extends Common {
  kind: 'true_false'
  answer: boolean
  feedback_true: string
  feedback_false: string
}

export interface Numerical extends Common {
  kind: 'numerical'
  answers: NumericalAnswer[]
  units: Unit[]
  unit_required: boolean
}

export interface ShortAnswer extends Common {
  kind: 'short_answer'
  answers: Pattern[]
  case_sensitive: boolean
}

export interface Matching extends Common {
  kind: 'matching'
  pairs: Pair[]
  distractors: string[]
  shuffle: boolean
}

export interface Ordering extends Common {
  kind: 'ordering'
  items: Choice[]
  scoring: 'positions' | 'neighbours' | 'all_or_nothing'
}

/** What a gap in a text asks. */
export type Answerable = SingleChoice | MultipleChoice | Numerical | ShortAnswer

export interface Gap {
  id: string
  question: Answerable
  /** What it counts beside the other gaps. */
  points: number
  layout: 'menu' | 'list' | 'line'
}

/** A text with gaps, written `[[id]]`. */
export interface Cloze extends Common {
  kind: 'cloze'
  gaps: Gap[]
}

interface ByHand extends Common {
  for_graders: string
  rubric: RubricLine[]
}

export interface Essay extends ByHand {
  kind: 'essay'
  least_words: number
  most_words: number | null
  files: number
  template: string
}

export interface FileUpload extends ByHand {
  kind: 'file_upload'
  most_files: number
  /** Such as `pdf`; none: any. */
  endings: string[]
}

export type Body =
  | SingleChoice
  | MultipleChoice
  | TrueFalse
  | Numerical
  | ShortAnswer
  | Matching
  | Ordering
  | Cloze
  | Essay
  | FileUpload

export type BodyOf<Kind extends QuestionKind> = Extract<Body, { kind: Kind }>

/** In the order in which they are offered: what is used most comes first. */
export const KINDS = [
  'single_choice',
  'multiple_choice',
  'true_false',
  'short_answer',
  'numerical',
  'matching',
  'ordering',
  'cloze',
  'essay',
  'file_upload',
] as const satisfies readonly QuestionKind[]
