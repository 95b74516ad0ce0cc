/** Numbers as people type them. */

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i

/** `1,5`, `-2e3`, `1 000` or `٣٫٥` as a number: with a point or a comma, in European or Arabic digits; null for anything else. */
export function readNumber(text: string): number | null {
  const plain = text
    // The last four bits of every such digit are its value.
    .replaceAll(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 0xf))
    .replaceAll(/[٫,]/g, '.')
    .replaceAll('−', '-')
    .replaceAll(/[\s\u00a0\u202f']/g, '')
  const value = NUMBER.test(plain) ? Number(plain) : Number.NaN
  return Number.isFinite(value) ? value : null
}

/** A number as one would type it: without what the binary system adds behind it; nothing for none. */
export function typed(value: number | null): string {
  return value === null || Number.isNaN(value) ? '' : String(Number(value.toPrecision(12)))
}
