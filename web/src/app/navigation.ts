import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { RouteLocationRaw } from 'vue-router'

import { MANY, useUnread } from '@/features/groups/inbox'
import { useUnread as useUnreadNotifications } from '@/features/notifications/unread'
import { useFormat } from '@/kit/format'
import { BellIcon, BookIcon, CalendarIcon, PenIcon, PeopleIcon, PersonIcon, SchoolIcon, ShelfIcon } from '@/kit/icons'
import { useMedia } from '@/kit/media'

import { useMe } from './session'

export interface Destination {
  name: string
  label: string
  icon: typeof BookIcon
  to: RouteLocationRaw
  /** Where the path begins with this, one is there. */
  at: RegExp
  /** What waits there: as it is seen, and in words. */
  mark?: { seen: string; words: string } | undefined
}

/** A test itself is where learners take it; what lies below it is its teachers'. */
const COURSES = /^\/(courses|attempts|tests\/[^/]+$)/
const LEARNING = /^\/($|courses|attempts|tests\/[^/]+$)/
const TEACHING = /^\/(teach|tests\/[^/]+\/)/

/** The places of the frame; nobody sees what they cannot use. */
export function useDestinations() {
  const { t } = useI18n()
  const { account, known, isTeacher, isAdmin } = useMe()
  const unread = useUnreadMark()
  const notifications = useNotificationsPlace()
  /** A phone's bar has room for five: there the courses are reached from Learn, the school from Me, the bell is above. */
  const isRail = useMedia('(min-width: 48rem)')

  return computed<Destination[]>(() => {
    const isMember = account.value !== null
    const learn = {
      name: 'learn',
      label: t('app.nav.learn'),
      icon: BookIcon,
      to: '/',
      at: isMember && !isRail.value ? LEARNING : /^\/$/,
    }
    const courses = {
      name: 'courses',
      label: t('app.nav.courses'),
      icon: ShelfIcon,
      to: '/courses',
      at: COURSES,
    }
    if (!known.value) return [learn, courses]
    if (!account.value) {
      const signIn = { name: 'signin', label: t('app.sign_in'), icon: PersonIcon, to: '/signin', at: /^\/sign/ }
      return [learn, courses, signIn]
    }
    const places: Destination[] = [
      learn,
      ...(isRail.value ? [courses] : []),
      { name: 'groups', label: t('app.nav.groups'), icon: PeopleIcon, to: '/groups', at: /^\/groups/, mark: unread.value },
      { name: 'calendar', label: t('app.nav.calendar'), icon: CalendarIcon, to: '/calendar', at: /^\/calendar/ },
    ]
    if (isTeacher.value) {
      places.push({ name: 'teach', label: t('app.nav.teach'), icon: PenIcon, to: '/teach', at: TEACHING })
    }
    if (isAdmin.value && isRail.value) {
      places.push({ name: 'school', label: t('app.nav.school'), icon: SchoolIcon, to: '/school', at: /^\/school/ })
    }
    if (isRail.value) places.push(notifications.value)
    places.push({ name: 'me', label: t('app.nav.me'), icon: PersonIcon, to: '/account', at: /^\/account/ })
    return places
  })
}

/** How many messages wait in all my groups. */
function useUnreadMark() {
  const { t } = useI18n()
  const { formatNumber } = useFormat()
  const unread = useUnread()
  const most = MANY - 1

  return computed(() => {
    const count = unread.value
    if (count === 0) return undefined
    if (count <= most) return { seen: formatNumber(count), words: t('app.unread', { count: formatNumber(count) }, count) }
    return { seen: t('app.many', { count: formatNumber(most) }), words: t('app.many_unread', { count: formatNumber(most) }) }
  })
}

/** What I should know of: in the rail a place among the others, on a phone at the top. */
export function useNotificationsPlace() {
  const { t } = useI18n()
  const { formatNumber } = useFormat()
  const unread = useUnreadNotifications()
  const most = MANY - 1

  return computed<Destination>(() => {
    const count = unread.value
    const isMany = count > most
    const shown = formatNumber(Math.min(count, most))
    const mark = {
      seen: isMany ? t('app.many', { count: shown }) : shown,
      words: isMany ? t('app.many_notifications', { count: shown }) : t('app.new_notifications', { count: shown }, count),
    }
    return {
      name: 'notifications',
      label: t('app.nav.notifications'),
      icon: BellIcon,
      to: '/notifications',
      at: /^\/notifications/,
      mark: count > 0 ? mark : undefined,
    }
  })
}
