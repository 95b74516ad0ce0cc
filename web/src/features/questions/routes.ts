import type { RouteRecordRaw } from 'vue-router'

import { page } from '@/app/page'

/** Questions are written with the tools of lessons, and looked at as those who take tests see them. */
const areas = ['questions', 'bank', 'teach', 'attempts', 'reading']

export const routes: RouteRecordRaw[] = [
  {
    path: '/teach/:id/questions/new/:kind',
    name: 'question-new',
    props: true,
    meta: { least: 'learner' },
    component: page(areas, () => import('@/pages/questions/NewQuestionPage.vue')),
  },
  {
    path: '/teach/:id/questions/:question',
    name: 'question',
    props: true,
    meta: { least: 'learner' },
    component: page(areas, () => import('@/pages/questions/QuestionPage.vue')),
  },
]
