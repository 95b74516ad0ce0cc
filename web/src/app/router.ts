import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteLocationRaw } from 'vue-router'

import type { Role } from '@/api/types'
import { routes as accounts } from '@/features/accounts/routes'
import { routes as attempts } from '@/features/attempts/routes'
import { routes as bank } from '@/features/bank/routes'
import { routes as calendar } from '@/features/calendar/routes'
import { routes as courses } from '@/features/courses/routes'
import { routes as groups } from '@/features/groups/routes'
import { routes as home } from '@/features/home/routes'
import { routes as messages } from '@/features/messages/routes'
import { routes as notifications } from '@/features/notifications/routes'
import { routes as questions } from '@/features/questions/routes'
import { routes as reading } from '@/features/reading/routes'
import { routes as results } from '@/features/results/routes'
import { routes as school } from '@/features/school/routes'
import { routes as teach } from '@/features/teach/routes'
import { routes as tests } from '@/features/tests/routes'
import { fail } from '@/kit/toasts'

import { t } from './i18n'
import { queryClient } from './query'
import { hasRole, meQuery } from './session'

declare module 'vue-router' {
  interface RouteMeta {
    /** The least role that may see the page; `learner` means anyone who is signed in. */
    least?: Role
    /** The page brings its own frame, such as the reader. */
    bare?: boolean
    /** There is nothing beside the page, not even a way out of it: it has its own. */
    alone?: boolean
    /** The page is as high as the window, and says itself what being offline means for it. */
    fill?: boolean
  }
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    ...home,
    ...courses,
    ...reading,
    ...attempts,
    ...messages,
    ...groups,
    ...notifications,
    ...calendar,
    ...accounts,
    ...teach,
    ...bank,
    ...tests,
    ...questions,
    ...results,
    ...school,
    { path: '/:path(.*)*', name: 'nowhere', component: () => import('@/pages/NotFoundPage.vue') },
  ],
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- what replaces it is an experiment still
  scrollBehavior: (to, from, saved) => {
    if (saved) return saved
    if (to.meta.fill) return false
    if (to.hash) return { el: to.hash, top: 16 }
    return to.path === from.path ? false : { top: 0 }
  },
})

router.beforeEach(async (to) => {
  const { least } = to.meta
  if (!least) return true
  loadPage(to)
  const account = await queryClient.query({ ...meQuery, staleTime: 'static' })
  if (!account) return signInTo(to)
  return hasRole(account, least) || { name: 'nowhere', params: { path: to.path.slice(1).split('/') } }
})

/** The page's code comes while the server says who is there; a failure is met again where the page is opened. */
function loadPage({ matched }: RouteLocationNormalized): void {
  for (const load of matched.flatMap(({ components }) => Object.values(components ?? {}))) {
    if (typeof load === 'function') void (load as () => Promise<unknown>)().catch(() => undefined)
  }
}

// The files of a page cannot be had. Without an answer from the server, what is open stays open: loading anew would lose
// it. With one, a newer app has been put in their place, and the page is fetched anew, once.
router.onError(async (error: unknown, to) => {
  if (!(error instanceof TypeError)) return
  if (!(await isServerThere())) {
    fail(t('app.problem.unreachable'))
    return
  }
  const key = 'banyan.reloaded'
  if (sessionStorage.getItem(key) === to.fullPath) return
  sessionStorage.setItem(key, to.fullPath)
  location.assign(to.fullPath)
})

async function isServerThere(): Promise<boolean> {
  try {
    await fetch('/health', { method: 'HEAD', cache: 'no-store' })
    return true
  } catch {
    return false
  }
}

/** The way to sign in, and back to where one was going. */
export function signInTo(to: RouteLocationNormalized): RouteLocationRaw {
  return { name: 'signin', query: to.fullPath === '/' ? {} : { next: to.fullPath } }
}

/** The path to return to; only one of our own, so that nobody can be sent elsewhere. */
export function wayBack(to: RouteLocationNormalized): string {
  const { next } = to.query
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : '/'
}
