import { typed } from '@/kit/numbers'

/** Points are told to the hundredth. */
export const rounded = (points: number) => Math.round(points * 100) / 100

/** Points as they stand in a field. */
export const written = (value: number | null) => typed(value === null ? null : rounded(value))
