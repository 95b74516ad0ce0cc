import type { File } from '@/api/types'

/** Longer texts are read in an editor. */
const LONGEST_TEXT = 300_000

/** How a file can be looked at here: in the page, or (`page`) in a window of its own. */
export function previewOf({ media_type: type, size }: Pick<File, 'media_type' | 'size'>): 'picture' | 'sound' | 'film' | 'text' | 'page' | null {
  if (/^image\/(png|jpeg|gif|webp|avif|svg\+xml)$/.test(type)) return 'picture'
  if (type.startsWith('audio/')) return 'sound'
  if (type.startsWith('video/')) return 'film'
  if (type.startsWith('text/') || type === 'application/json') return size <= LONGEST_TEXT ? 'text' : null
  return type === 'application/pdf' ? 'page' : null
}
