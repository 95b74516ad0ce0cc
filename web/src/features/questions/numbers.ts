import { readNumber } from '@/kit/numbers'

/** Numbers as teachers type them. */

/** Nothing is written in the field yet. Not null, which is a value of its own in some of them. */
export const BLANK = Number.NaN

export const isBlank = (value: number | null) => Number.isNaN(value)

/** A number as it was typed; what is none is blank. */
export const numberIn = (text: string): number => readNumber(text) ?? BLANK

/** Shares that are not whole percents and are meant where they are rounded, such as a third. */
const PARTS = [3, 6, 7, 9, 11, 12]
const NEAR = 5e-4

/** A share from percents: 33.3 is a third, so that three of them are all of it. */
export function shareOf(percent: number): number {
  const share = percent / 100
  if (isBlank(share) || Number.isInteger(percent * 4)) return share
  for (const part of PARTS) {
    const exact = Math.round(share * part) / part
    if (Math.abs(exact - share) < NEAR) return exact
  }
  return share
}

/** Percents with as many digits as one reads. */
export const percentOf = (share: number) => Math.round(share * 10_000) / 100
