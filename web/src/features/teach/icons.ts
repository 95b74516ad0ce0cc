import { icon } from '@/kit/icons'

/** Icons that only those who teach meet. */

export const CopyIcon = icon('M9 9h11v11H9zM5 15H4V4h11v1')
export const BoldIcon = icon('M7 5h6a3.5 3.5 0 0 1 0 7H7zM7 12h7a3.5 3.5 0 0 1 0 7H7z')
export const ItalicIcon = icon('M14 5h-4M14 19h-4M13 5l-2 14M10 5h7M7 19h7')
export const HeadingIcon = icon('M6 5v14M18 5v14M6 12h12')
export const CodeIcon = icon('M8 7l-5 5 5 5M16 7l5 5-5 5')
export const PictureIcon = icon('M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01')
export const TableIcon = icon('M4 5h16v14H4zM4 10h16M4 14.5h16M10 5v14')
export const FormulaIcon = icon('M17 5H7l6 7-6 7h10')
export const CalloutIcon = icon('M4 5h16v11h-9l-4 4v-4H4z')
export const NumberedIcon = icon('M10 6h10M10 12h10M10 18h10M4 5l1.5-1v5M4 15.5c0-1.5 2.5-1.5 2.5 0S4 18 4 19.5h2.5', { mirrored: true })
export const QuoteIcon = icon('M5 6v12M9 8h10M9 12h10M9 16h6', { mirrored: true })
