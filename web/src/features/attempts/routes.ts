import type { RouteRecordRaw } from 'vue-router'

import { page } from '@/app/page'

/** Questions are read as lessons are, whose words come with them. */
const areas = ['attempts', 'reading']

export const routes: RouteRecordRaw[] = [
  {
    path: '/tests/:id',
    name: 'test',
    props: true,
    meta: { least: 'learner' },
    component: page(areas, () => import('@/pages/attempts/TestPage.vue')),
  },
  {
    path: '/attempts/:id',
    name: 'attempt',
    props: true,
    meta: { least: 'learner', alone: true },
    component: page(areas, () => import('@/pages/attempts/AttemptPage.vue')),
  },
  {
    path: '/attempts/:id/result',
    name: 'result',
    props: true,
    meta: { least: 'learner' },
    component: page(areas, () => import('@/pages/attempts/ResultPage.vue')),
  },
  {
    path: '/courses/:id/grades',
    name: 'grades',
    props: true,
    meta: { least: 'learner' },
    component: page('attempts', () => import('@/pages/attempts/GradesPage.vue')),
  },
]
