import type { RouteRecordRaw } from 'vue-router'

import { page } from '@/app/page'

export const routes: RouteRecordRaw[] = [
  {
    path: '/courses/:id/items/:item',
    name: 'item',
    props: true,
    meta: { least: 'learner', bare: true },
    component: page('reading', () => import('@/pages/ReaderPage.vue')),
  },
]
