import type { QuestionStatistics } from '@/api/questions'

/** Fewer attempts than this say how often a question was got right, but nothing of the question. */
const FEWEST = 20
/** Ebel and Frisbie, Essentials of Educational Measurement, 1991: below 0.2 poor, from 0.3 on good. */
const POOR = 0.2
const GOOD = 0.3

/** How far a question goes with the rest of its tests, where that says what to do about it. */
export function telling({ attempts, discrimination }: QuestionStatistics): 'reversed' | 'poor' | 'good' | null {
  if (discrimination === null || attempts < FEWEST) return null
  if (discrimination < 0) return 'reversed'
  if (discrimination < POOR) return 'poor'
  return discrimination >= GOOD ? 'good' : null
}
