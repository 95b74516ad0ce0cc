import { type FunctionalComponent, h } from 'vue'

/** Line icons on a grid of 24, as tall as the text beside them. Decoration: the word beside them says it. */
export function icon(path: string, options: { mirrored?: boolean; weight?: number } = {}): FunctionalComponent {
  const Icon: FunctionalComponent = () =>
    h('svg', {
      'viewBox': '0 0 24 24',
      'width': '1.25em',
      'height': '1.25em',
      'fill': 'none',
      'stroke': 'currentColor',
      'stroke-width': options.weight ?? 1.75,
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
      'aria-hidden': 'true',
      'class': options.mirrored ? 'shrink-0 rtl:-scale-x-100' : 'shrink-0',
      'innerHTML': `<path d="${path}"/>`,
    })
  return Icon
}

const mirrored = { mirrored: true }

export const LeafIcon = icon('M5 20c0-9 5-15 15-16 0 10-5 15-12 15M5 20c1-5 4-8 8-10')
export const BookIcon = icon('M4 5.5C6.5 4 9.5 4 12 5.5v14C9.5 18 6.5 18 4 19.5zM20 5.5C17.5 4 14.5 4 12 5.5v14c2.5-1.5 5.5-1.5 8 0z')
export const ShelfIcon = icon('M5 4v16M9 4v16M13 5l5 15M4 20h16')
export const CalendarIcon = icon('M4 6h16v14H4zM4 10h16M8 3v4M16 3v4')
export const PersonIcon = icon('M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 3.5-6 8-6s8 2 8 6')
export const PeopleIcon = icon('M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-3.5 2.8-5.5 6.5-5.5s6.5 2 6.5 5.5M16 4.5a3.5 3.5 0 0 1 0 6.5M18 15c2.2.7 3.5 2.5 3.5 5')
export const PenIcon = icon('M4 20l1-5L16 4l4 4L9 19zM13.5 6.5l4 4')
export const SchoolIcon = icon('M3 9l9-5 9 5-9 5zM7 11.5V17c3 2 7 2 10 0v-5.5M21 9v6')
export const SearchIcon = icon('M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5')
export const CheckIcon = icon('M5 12.5l4.5 4.5L19 7.5')
export const LockIcon = icon('M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3')
export const MoreIcon = icon('M5 12h.01M12 12h.01M19 12h.01', { weight: 3 })
export const CloseIcon = icon('M6 6l12 12M18 6L6 18')
export const ForwardIcon = icon('M9 5l7 7-7 7', mirrored)
export const BackIcon = icon('M15 5l-7 7 7 7', mirrored)
export const DownIcon = icon('M5 9l7 7 7-7')
export const ListIcon = icon('M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01', mirrored)
export const GlobeIcon = icon('M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c2.5 2.5 3.5 5.5 3.5 9s-1 6.5-3.5 9c-2.5-2.5-3.5-5.5-3.5-9s1-6.5 3.5-9z')
export const SunIcon = icon('M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4')
export const MoonIcon = icon('M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5z')
export const ScreenIcon = icon('M3 5h18v11H3zM8 20h8M12 16v4')
export const VideoIcon = icon('M4 6h11v12H4zM15 10.5l5.5-3v9l-5.5-3z')
export const FileIcon = icon('M6 3h8l4 4v14H6zM14 3v4h4')
export const LinkIcon = icon('M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.7-5.7l-1.3 1.3M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.7 5.7l1.3-1.3')
export const TaskIcon = icon('M9 4h6v3H9zM9 5H6v15h12V5h-3M9 13.5l2 2 4-4.5')
export const TextIcon = icon('M5 6h14M5 10h14M5 14h14M5 18h8', mirrored)
export const PlusIcon = icon('M12 5v14M5 12h14')
export const GripIcon = icon('M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01', { weight: 3 })
export const TrashIcon = icon('M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5')
export const UploadIcon = icon('M12 16V4M7 9l5-5 5 5M4 16v4h16v-4')
export const DownloadIcon = icon('M12 4v12M7 11l5 5 5-5M4 16v4h16v-4')
export const WarningIcon = icon('M12 4l9.5 16h-19zM12 10v4.5M12 17.5h.01')
export const ClockIcon = icon('M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2')
export const KeyIcon = icon('M8 19a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM11 12l8-8M16 7l3 3')
export const OutIcon = icon('M10 4H5v16h5M14 8l4 4-4 4M18 12H9', mirrored)
export const EyeIcon = icon('M2 12c3-5 6.3-7 10-7s7 2 10 7c-3 5-6.3 7-10 7s-7-2-10-7zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z')
export const ExternalIcon = icon('M14 4h6v6M20 4l-9 9M18 14v6H4V6h6', mirrored)
export const HelpIcon = icon('M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.4-1 .9-1 1.7M12 16.5h.01')
export const EyeOffIcon = icon('M2 12c3-5 6.3-7 10-7s7 2 10 7c-3 5-6.3 7-10 7s-7-2-10-7zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 20L20 4')
export const BellIcon = icon('M6 16v-5a6 6 0 0 1 12 0v5l2 2H4zM10 21h4')
export const CopyIcon = icon('M9 9h11v11H9zM15 9V4H4v11h5')
