import type { ItemKind } from '@/api/types'
import { FileIcon, LinkIcon, TextIcon, VideoIcon } from '@/kit/icons'

/** What a course is made of, in the order in which it is offered. */
export const KINDS = [
  { name: 'lesson', icon: TextIcon },
  { name: 'file', icon: FileIcon },
  { name: 'video', icon: VideoIcon },
  { name: 'link', icon: LinkIcon },
] as const satisfies { name: ItemKind; icon: unknown }[]

export const KIND_ICONS = Object.fromEntries(KINDS.map(({ name, icon }) => [name, icon])) as Record<ItemKind, typeof TextIcon>
