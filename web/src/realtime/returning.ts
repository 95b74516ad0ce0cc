/** When to come back after a connection has ended: docs/realtime.md, Close codes. */

const LONGEST = 30_000

/** As WebSocket says when a connection ends without a word. */
export const LOST = 1006
export const SIGNED_OUT = 4401

/** Nothing that waiting would mend: the frames of this client are not understood. */
const FOR_GOOD = new Set([1003, 1007, 1009, 4400])
/** At once, spread over so many milliseconds, if the connection had been a good one. */
const AT_ONCE = new Map([
  [1012, 2_000],
  [4408, 500],
  [4409, 500],
])
/** Not before so many milliseconds. */
const LEAST = new Map([
  [SIGNED_OUT, 1_000],
  [4429, 10_000],
  [4503, 3_000],
])

/**
 * The milliseconds to wait, or null for never. `failures` in a row: each doubles what is waited at most, and chance
 * spreads it from nothing to that, so that all who lost one server do not meet again at the next.
 */
export function delayAfter(code: number, failures: number): number | null {
  if (FOR_GOOD.has(code)) return null
  const atOnce = AT_ONCE.get(code)
  if (atOnce !== undefined && failures === 0) return Math.random() * atOnce
  return (LEAST.get(code) ?? 0) + Math.random() * Math.min(LONGEST, 1_000 * 2 ** failures)
}
