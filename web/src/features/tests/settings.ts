import type { Counts } from '@/api/attempts'
import type { Told } from '@/api/tests'

/** What the settings of a test can be, as far as the server takes them. */

export const TOLD = ['at_once', 'after_close', 'never'] as const satisfies readonly Told[]
export const COUNTS = ['best', 'last', 'first', 'average'] as const satisfies readonly Counts[]
export const MOST_ATTEMPTS = 100
export const MOST_MINUTES = 30 * 24 * 60

const CODE = /^[A-Za-z0-9-]{4,40}$/
/** Nothing that is read for something else from a board. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
const DIGITS = '23456789'

/** What is typed as an access code: the code, null for none, or undefined for what can be none. */
export function codeIn(text: string): string | null | undefined {
  const code = text.trim().toUpperCase()
  if (!code) return null
  return CODE.test(code) ? code : undefined
}

/** A code that is easily said and typed, such as KTM-4827. */
export function newCode(): string {
  const from = (signs: string, count: number) =>
    [...crypto.getRandomValues(new Uint8Array(count))].map((byte) => signs[byte % signs.length]).join('')
  return `${from(LETTERS, 3)}-${from(DIGITS, 4)}`
}
