import type { Choice, MultipleChoice } from '@/api/bodies'

/**
 * How several right choices count:
 *
 *     all      all of them and no other, or nothing
 *     penalty  each its share, and a wrong one takes as much away
 *     shares   each its share, and a wrong one costs nothing
 *     own      as the teacher says, choice by choice
 */
export type Scheme = 'all' | 'penalty' | 'shares' | 'own'

const NEAR = 1e-4

export const isRight = ({ weight }: Pick<Choice, 'weight'>) => weight > 0

/** What the weights of a question amount to. */
export function schemeOf({ choices, scoring }: Pick<MultipleChoice, 'choices' | 'scoring'>): Scheme {
  if (scoring === 'all_or_nothing') return 'all'
  const right = choices.filter(isRight)
  const wrong = choices.filter((choice) => !isRight(choice))
  const share = 1 / right.length
  const all = (some: Choice[], weight: number) => some.every((choice) => Math.abs(choice.weight - weight) < NEAR)
  if (right.length > 0 && !all(right, share)) return 'own'
  if (all(wrong, 0)) return 'shares'
  return all(wrong, -share) ? 'penalty' : 'own'
}

/** The choices with the weights that a scheme gives those that are right. */
export function weighed(choices: readonly Choice[], right: ReadonlySet<string>, scheme: Scheme): Choice[] {
  const share = 1 / choices.filter(({ id }) => right.has(id)).length
  const cost = scheme === 'penalty' && right.size > 0 ? -share : 0
  return choices.map((choice) => ({ ...choice, weight: right.has(choice.id) ? share : cost }))
}

/** The choices after one more or less of them is right. */
export function toggled(choices: readonly Choice[], id: string, on: boolean, scheme: Scheme): Choice[] {
  if (scheme === 'own') return choices.map((choice) => (choice.id === id ? { ...choice, weight: on ? 1 : 0 } : choice))
  const right = new Set(choices.filter(isRight).map((choice) => choice.id))
  if (on) right.add(id)
  else right.delete(id)
  return weighed(choices, right, scheme)
}

/** The one right choice; what others are worth in part stays. */
export function chosen(choices: readonly Choice[], id: string): Choice[] {
  return choices.map((choice) => {
    if (choice.id === id) return { ...choice, weight: 1 }
    return choice.weight >= 1 ? { ...choice, weight: 0 } : choice
  })
}

/** Whether choices that are not right are worth something, too. */
export const isPartial = (choices: readonly Choice[]) => choices.some(({ weight }) => weight !== 0 && weight !== 1)
