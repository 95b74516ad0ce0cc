import type { TestResult } from '@/api/results'

/** Percent, where a test has no pass mark of its own. */
const HALF = 50

/** Who needs help: those whose result is too low, the lowest first, and those who have not begun. Who left the course does not. */
export function needHelp(results: readonly TestResult[]) {
  const learners = results.filter(({ enrolled }) => enrolled)
  const isLow = ({ passed, percent }: TestResult) => percent !== null && (passed === null ? percent < HALF : !passed)
  return {
    low: learners.filter(isLow).sort((a, b) => (a.percent ?? 0) - (b.percent ?? 0)),
    notBegun: learners.filter(({ state }) => state === 'not_begun'),
  }
}
