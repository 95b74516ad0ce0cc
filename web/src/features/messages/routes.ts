import type { RouteRecordRaw } from 'vue-router'

import { page } from '@/app/page'

export const routes: RouteRecordRaw[] = [
  {
    path: '/groups/:id',
    name: 'group',
    props: true,
    meta: { least: 'learner', bare: true, fill: true },
    component: page(['messages', 'groups'], () => import('@/pages/GroupPage.vue')),
  },
]
