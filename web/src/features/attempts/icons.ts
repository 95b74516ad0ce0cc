import { icon } from '@/kit/icons'

/** Icons that only tests show. */

export const FlagIcon = icon('M6 21V4M6 4h11l-2.5 4L17 12H6', { mirrored: true })
export const UpIcon = icon('M5 15l7-7 7 7')
export const RightIcon = icon('M5 12.5l4.5 4.5L19 7.5', { weight: 2.25 })
export const WrongIcon = icon('M7 7l10 10M17 7L7 17', { weight: 2.25 })
export const HalfIcon = icon('M6 12h12', { weight: 2.25 })
