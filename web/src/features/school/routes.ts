import type { RouteRecordRaw } from 'vue-router'

import { page } from '@/app/page'

const school = (load: Parameters<typeof page>[1]) => page('school', load)

export const routes: RouteRecordRaw[] = [
  {
    path: '/school',
    name: 'school',
    meta: { least: 'admin' },
    component: school(() => import('@/pages/school/SchoolPage.vue')),
  },
  {
    path: '/school/people',
    name: 'school-people',
    meta: { least: 'admin' },
    component: school(() => import('@/pages/school/PeoplePage.vue')),
  },
  {
    path: '/school/log',
    name: 'school-log',
    meta: { least: 'admin' },
    component: page(['school', 'audit'], () => import('@/pages/school/AuditPage.vue')),
  },
]
