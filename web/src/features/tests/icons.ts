import { icon } from '@/kit/icons'

export const PinIcon = icon('M9 4h6l-1 6 3 3H7l3-3zM12 13v7')
export const DiceIcon = icon('M4.5 4.5h15v15h-15zM9 9h.01M15 15h.01M15 9h.01M9 15h.01')
