import type { RouteRecordRaw } from 'vue-router'

import { page } from '@/app/page'

const accounts = (load: Parameters<typeof page>[1]) => page('accounts', load)

export const routes: RouteRecordRaw[] = [
  { path: '/signin', name: 'signin', component: accounts(() => import('@/pages/SignInPage.vue')) },
  { path: '/signup', name: 'signup', component: accounts(() => import('@/pages/SignUpPage.vue')) },
  { path: '/verify', name: 'verify', component: accounts(() => import('@/pages/VerifyPage.vue')) },
  { path: '/forgot', name: 'forgot', component: accounts(() => import('@/pages/ForgotPage.vue')) },
  { path: '/reset', name: 'reset', component: accounts(() => import('@/pages/ResetPage.vue')) },
  {
    path: '/account',
    name: 'account',
    meta: { least: 'learner' },
    component: page(['accounts', 'notifications'], () => import('@/pages/AccountPage.vue')),
  },
]
