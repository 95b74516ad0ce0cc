/** Numbers as teachers type them. */

/** Nothing is written in the field yet. Not null, which is a value of its own in some of them. */
export const BLANK = Number.NaN

export const isBlank = (value: number | null) => Number.isNaN(value)

const ZERO = { arabic: 0x0660, persian: 0x06f0 }

function latin(text: string): string {
  return text
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - ZERO.arabic))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - ZERO.persian))
    .replace(/[٫,]/g, '.')
    .replace(/−/g, '-')
}

/** `1,5`, `-2e3` or `٣٫٥` as a number; what is none is blank. */
export function numberIn(text: string): number {
  const plain = latin(text).replace(/[\s\u00a0\u202f']/g, '')
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(plain) ? Number(plain) : BLANK
}

/** A number as one would type it: without what the binary system adds behind it. */
export function written(value: number | null): string {
  if (value === null || isBlank(value)) return ''
  return String(Number(value.toPrecision(12)))
}

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
