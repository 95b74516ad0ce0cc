import type { RouteRecordRaw } from 'vue-router'

import { page } from '@/app/page'

/** In the frame of a test, whose words they have too; questions are read as lessons are. */
const areas = ['results', 'attempts', 'reading']

export const testPages: RouteRecordRaw[] = [
  { path: 'results', name: 'test-results', component: page(areas, () => import('@/pages/results/ResultsPage.vue')) },
  { path: 'statistics', name: 'test-statistics', component: page(areas, () => import('@/pages/results/StatisticsPage.vue')) },
  { path: 'live', name: 'test-live', component: page(areas, () => import('@/pages/results/LivePage.vue')) },
]

export const routes: RouteRecordRaw[] = [
  {
    path: '/teach/:id',
    props: true,
    meta: { least: 'learner' },
    component: page('teach', () => import('@/pages/teach/CourseFrame.vue')),
    children: [
      { path: 'gradebook', name: 'gradebook', component: page(['results', 'attempts'], () => import('@/pages/results/GradebookPage.vue')) },
    ],
  },
]
