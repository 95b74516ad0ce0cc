import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { RouteLocationRaw } from 'vue-router'

import { BookIcon, CalendarIcon, PenIcon, PersonIcon, SchoolIcon, ShelfIcon } from '@/kit/icons'

import { useMe } from './session'

export interface Destination {
  name: string
  label: string
  icon: typeof BookIcon
  to: RouteLocationRaw
  /** Where the path begins with this, one is there. */
  at: RegExp
  /** On a phone the bar has room for five. */
  desktopOnly?: boolean
}

/** The places of the frame; nobody sees what they cannot use. */
export function useDestinations() {
  const { t } = useI18n()
  const { account, known, isTeacher, isAdmin } = useMe()

  return computed<Destination[]>(() => {
    const learn = { name: 'learn', label: t('app.nav.learn'), icon: BookIcon, to: '/', at: /^\/$/ }
    const courses = {
      name: 'courses',
      label: t('app.nav.courses'),
      icon: ShelfIcon,
      to: '/courses',
      at: /^\/courses/,
    }
    if (!known.value) return [learn, courses]
    if (!account.value) {
      const signIn = { name: 'signin', label: t('app.sign_in'), icon: PersonIcon, to: '/signin', at: /^\/sign/ }
      return [learn, courses, signIn]
    }
    const places: Destination[] = [
      learn,
      courses,
      { name: 'calendar', label: t('app.nav.calendar'), icon: CalendarIcon, to: '/calendar', at: /^\/calendar/ },
    ]
    if (isTeacher.value) {
      places.push({ name: 'teach', label: t('app.nav.teach'), icon: PenIcon, to: '/teach', at: /^\/teach/ })
    }
    if (isAdmin.value) {
      const school = { name: 'school', label: t('app.nav.school'), icon: SchoolIcon, to: '/school', at: /^\/school/ }
      places.push({ ...school, desktopOnly: true })
    }
    places.push({ name: 'me', label: t('app.nav.me'), icon: PersonIcon, to: '/account', at: /^\/account/ })
    return places
  })
}
