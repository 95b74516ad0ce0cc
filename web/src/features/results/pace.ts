/** How often to ask how a test goes, so that many who watch cost little. */

const SECOND = 1_000
const BUSY = 3 * SECOND
const CALM = 15 * SECOND
const LONGEST = 60 * SECOND

/**
 * Milliseconds until the next question: a few seconds while somebody is at it, longer while nobody is, and after
 * failures twice as long each time. `wait` is what the server asked for, in seconds.
 */
export function pause(failures: number, isCalm: boolean, wait: number | null = null): number {
  const usual = isCalm ? CALM : BUSY
  if (failures === 0) return usual
  return Math.max((wait ?? 0) * SECOND, Math.min(LONGEST, Math.max(usual, BUSY * 2 ** failures)))
}
