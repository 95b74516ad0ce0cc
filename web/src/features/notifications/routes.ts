import type { RouteRecordRaw } from 'vue-router'

import { page } from '@/app/page'

export const routes: RouteRecordRaw[] = [
  {
    path: '/notifications',
    name: 'notifications',
    meta: { least: 'learner' },
    component: page('notifications', () => import('@/pages/NotificationsPage.vue')),
  },
]
