import type { RouteRecordRaw } from 'vue-router'

import { page } from '@/app/page'

const school = (load: Parameters<typeof page>[1]) => page('school', load)

export const routes: RouteRecordRaw[] = [
  {
    path: '/school',
    meta: { least: 'admin' },
    component: school(() => import('@/pages/school/SchoolFrame.vue')),
    children: [
      { path: '', name: 'school', component: school(() => import('@/pages/school/SettingsPage.vue')) },
      { path: 'people', name: 'school-people', component: school(() => import('@/pages/school/PeoplePage.vue')) },
      { path: 'log', name: 'school-log', component: page(['school', 'audit'], () => import('@/pages/school/AuditPage.vue')) },
    ],
  },
]
