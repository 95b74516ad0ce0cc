import type { RouteRecordRaw } from 'vue-router'

import type { Id } from '@/api/types'
import { page } from '@/app/page'

/** What the page shows is asked for together with its code, not after it. */
function ahead(group: Id, hash: string): void {
  void import('./ahead').then(({ fetchAhead }) => fetchAhead(group, hash)).catch(() => undefined)
}

export const routes: RouteRecordRaw[] = [
  {
    path: '/groups/:id',
    name: 'group',
    props: true,
    meta: { least: 'learner', bare: true, fill: true },
    beforeEnter: ({ params, hash }) => ahead(String(params.id), hash),
    component: page(['messages', 'groups'], () => import('@/pages/GroupPage.vue')),
  },
]
