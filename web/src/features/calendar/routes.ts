import type { RouteRecordRaw } from 'vue-router'

import { page } from '@/app/page'

export const routes: RouteRecordRaw[] = [
  {
    path: '/calendar',
    name: 'calendar',
    meta: { least: 'learner' },
    component: page('calendar', () => import('@/pages/CalendarPage.vue')),
  },
]
