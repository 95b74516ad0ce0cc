import type { RouteRecordRaw } from 'vue-router'

import { page } from '@/app/page'

/** Responses are read as lessons are, in the words of those who take tests. */
const areas = ['grading', 'attempts', 'reading']

export const testPages: RouteRecordRaw[] = [
  { path: 'grading', name: 'test-grading', component: page('grading', () => import('@/pages/grading/GradingPage.vue')) },
  {
    path: 'grading/:question',
    name: 'test-grading-question',
    props: true,
    component: page(areas, () => import('@/pages/grading/ResponsesPage.vue')),
  },
  { path: 'regrades', name: 'test-regrades', component: page(areas, () => import('@/pages/grading/RegradesPage.vue')) },
]
