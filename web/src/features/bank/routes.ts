import type { RouteRecordRaw } from 'vue-router'

import { page } from '@/app/page'

const areas = ['teach', 'bank']

export const routes: RouteRecordRaw[] = [
  {
    path: '/teach/:id',
    props: true,
    meta: { least: 'learner' },
    component: page(areas, () => import('@/pages/teach/CourseFrame.vue')),
    children: [
      { path: 'questions', name: 'bank', component: page(areas, () => import('@/pages/bank/BankPage.vue')) },
      { path: 'questions/import', name: 'bank-import', component: page(areas, () => import('@/pages/bank/ImportPage.vue')) },
    ],
  },
]
