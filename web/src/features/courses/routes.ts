import type { RouteRecordRaw } from 'vue-router'

import { page } from '@/app/page'

export const routes: RouteRecordRaw[] = [
  { path: '/courses', name: 'catalogue', component: page('courses', () => import('@/pages/CataloguePage.vue')) },
  {
    path: '/courses/:id',
    name: 'course',
    props: true,
    component: page('courses', () => import('@/pages/CoursePage.vue')),
  },
]
