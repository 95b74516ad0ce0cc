import type { ItemKind, WrittenKind } from '@/api/types'
import { FileIcon, LinkIcon, TaskIcon, TextIcon, VideoIcon } from '@/kit/icons'

/** What a course is made of, in the order in which it is offered. */
export const KINDS = [
  { name: 'lesson', icon: TextIcon },
  { name: 'file', icon: FileIcon },
  { name: 'video', icon: VideoIcon },
  { name: 'link', icon: LinkIcon },
] as const satisfies { name: WrittenKind; icon: unknown }[]

export const KIND_ICONS: Record<ItemKind, typeof TextIcon> = {
  lesson: TextIcon,
  file: FileIcon,
  video: VideoIcon,
  link: LinkIcon,
  test: TaskIcon,
}
