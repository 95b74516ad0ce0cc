import type { QuestionStatistics } from '@/api/results'
import { telling } from '@/features/bank/statistics'

/** What the numbers of a question say to whoever wrote it. */

export type Hint = 'reversed' | 'misled' | 'hard' | 'easy' | 'poor' | 'left_out' | 'few'

/** Fewer attempts than this say nothing. */
const FEWEST = 5
const HARD = 0.3
const EASY = 0.95
const OFTEN_LEFT_OUT = 0.25
/** A question below it went wrong. */
const WRONG = 0.6
/** The normal distribution's 5 % on one side. */
const UNLIKELY = 1.645

type Numbers = Pick<QuestionStatistics, 'attempts' | 'waiting' | 'unanswered' | 'facility' | 'discrimination' | 'distribution' | 'question'>

/** How many were asked it and have handed in. */
export const askedOf = ({ attempts, waiting }: Pick<Numbers, 'attempts' | 'waiting'>) => attempts + waiting

/** What to look at, the gravest first. */
export function hints(one: Numbers): Hint[] {
  const { attempts, facility, unanswered } = one
  const all = askedOf(one)
  if (all === 0) return []
  if (all < FEWEST) return ['few']
  const found: Hint[] = []
  const reversed = isReversed(one)
  if (reversed) found.push('reversed')
  if (facility !== null && attempts >= FEWEST) {
    if (isMisled(one)) found.push('misled')
    else if (facility < HARD) found.push('hard')
    else if (facility >= EASY) found.push('easy')
  }
  if (!reversed && facility !== null && facility < EASY && telling(one) === 'poor') found.push('poor')
  if (unanswered / all >= OFTEN_LEFT_OUT) found.push('left_out')
  return found
}

/**
 * Those who did well in the rest did worse here. Few attempts say so only where chance would hardly: the correlation of
 * what has nothing to do with each other has a deviation of about 1/√n.
 */
function isReversed(one: Numbers): boolean {
  const { attempts, discrimination } = one
  if (discrimination === null || attempts < FEWEST) return false
  return telling(one) === 'reversed' || discrimination < -UNLIKELY / Math.sqrt(attempts)
}

/** One wrong answer was given more often than the right one. */
function isMisled({ question, distribution }: Numbers): boolean {
  if (question.kind !== 'single_choice' && question.kind !== 'true_false') return false
  const right = distribution.filter((given) => given.right === true).reduce((sum, { count }) => sum + count, 0)
  return distribution.some((given) => given.right === false && given.count > right)
}

/** Questions to look at first: those that most went wrong at, and those whose key may be wrong. */
export function wentWrong<One extends Numbers>(statistics: readonly One[]): One[] {
  return statistics
    .filter((one) => one.facility !== null && (one.facility < WRONG || hints(one).includes('reversed')))
    .sort((a, b) => (a.facility ?? 0) - (b.facility ?? 0))
}

export type Order = 'test' | 'hardest' | 'hints'

/** `hints`: those to look at first, the ones without any last. */
export function ordered<One extends Numbers>(statistics: readonly One[], order: Order): One[] {
  if (order === 'test') return [...statistics]
  const facility = ({ facility: share }: One) => share ?? 2
  if (order === 'hardest') return statistics.toSorted((a, b) => facility(a) - facility(b))
  const grave: Hint[] = ['reversed', 'misled', 'hard', 'left_out', 'poor', 'easy', 'few']
  const rank = (one: One) => Math.min(...hints(one).map((hint) => grave.indexOf(hint)), grave.length)
  return statistics.toSorted((a, b) => rank(a) - rank(b) || facility(a) - facility(b))
}
