import type { Book, Missing } from '@/api/results'
import type { Id } from '@/api/types'
import { readNumber } from '@/kit/numbers'

/** What the tests of a course weigh, while somebody writes it. */

const MOST = 1_000

/** A weight as it is typed; null where it is none. */
export function readWeight(text: string): number | null {
  const value = readNumber(text)
  return value !== null && value >= 0 && value <= MOST ? value : null
}

/** The share of each test in the total, 0 to 1; null where nothing weighs anything or a weight cannot be read. */
export function shares(weights: readonly (number | null)[]): (number | null)[] {
  const whole = weights.reduce<number>((sum, weight) => sum + (weight ?? 0), 0)
  return weights.map((weight) => (weight === null || whole === 0 ? null : weight / whole))
}

/** The weights of the tests that are shown. */
export const weightsOf = ({ tests }: Pick<Book, 'tests'>): Record<Id, number> =>
  Object.fromEntries(tests.map(({ id, weight }) => [id, weight]))

export interface Weighing {
  missing: Missing
  weights: Record<Id, number>
}

/** Tests that are left out weigh 1. */
export const weightIn = ({ weights }: Weighing, test: Id): number => weights[test] ?? 1

/** What is mine and what someone else wrote meanwhile, where both have changed it and not to the same. */
export function clashes(base: Weighing, mine: Weighing, theirs: Weighing, tests: readonly Id[]): { tests: Id[]; missing: boolean } {
  const both = <Value>(was: Value, ours: Value, others: Value) => was !== ours && was !== others && ours !== others
  return {
    tests: tests.filter((id) => both(weightIn(base, id), weightIn(mine, id), weightIn(theirs, id))),
    missing: both(base.missing, mine.missing, theirs.missing),
  }
}

/** Mine where I have changed something, else theirs. */
export function merged(base: Weighing, mine: Weighing, theirs: Weighing, tests: readonly Id[]): Weighing {
  const own = tests.filter((id) => weightIn(base, id) !== weightIn(mine, id))
  return {
    missing: base.missing === mine.missing ? theirs.missing : mine.missing,
    weights: { ...theirs.weights, ...Object.fromEntries(own.map((id) => [id, weightIn(mine, id)])) },
  }
}
