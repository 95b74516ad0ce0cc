import { icon } from '@/kit/icons'

export const SmileIcon = icon('M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14.5c1.8 2.3 5.2 2.3 7 0M9 9.5h.01M15 9.5h.01')
export const ReplyIcon = icon('M10 5l-6 6 6 6M4 11h9c4 0 7 3 7 8', { mirrored: true })
export const PinIcon = icon('M9 4h6l-.7 6 3.2 3.5h-11L9.700 10zM12 13.500V21')
export const ClipIcon = icon('M20 11l-8.500 8.500a5 5 0 0 1-7-7L13 4a3.300 3.300 0 0 1 4.700 4.700L9.500 17a1.600 1.600 0 0 1-2.300-2.300l7.300-7.200')
export const SendIcon = icon('M4 12l16-8-5 16-3.500-6.500zM11.500 13.500L20 4', { mirrored: true })
export const FlagIcon = icon('M6 21V4M6 5c4-2.500 8 2.500 12 0v9c-4 2.500-8-2.500-12 0', { mirrored: true })
