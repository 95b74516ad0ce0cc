import type { RouteRecordRaw } from 'vue-router'

import { page } from '@/app/page'

export const routes: RouteRecordRaw[] = [
  { path: '/', name: 'home', component: page('home', () => import('@/pages/HomePage.vue')) },
]
