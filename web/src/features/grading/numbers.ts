const ARABIC = /[٠-٩۰-۹]/g
const NUMBER = /^[+-]?(\d+([.]\d*)?|[.]\d+)(e[+-]?\d+)?$/i

/** A number as people type it, with a point or a comma, in European or Arabic digits; null for anything else. */
export function readNumber(text: string): number | null {
  const plain = text
    .trim()
    .replaceAll(ARABIC, (digit) => String(digit.charCodeAt(0) & 0xf))
    .replace('−', '-')
    .replace(/[,٫]/, '.')
  if (!NUMBER.test(plain)) return null
  const value = Number(plain)
  return Number.isFinite(value) ? value : null
}

/** Points are told to the hundredth. */
export const rounded = (points: number) => Math.round(points * 100) / 100

/** A number as it stands in a field. */
export const written = (value: number | null) => (value === null ? '' : String(rounded(value)))
