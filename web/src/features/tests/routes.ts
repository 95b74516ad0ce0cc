import type { RouteRecordRaw } from 'vue-router'

import { page } from '@/app/page'
import { testPages as grading } from '@/features/grading/routes'
import { testPages as results } from '@/features/results/routes'

/** The frame asks before one leaves what is not saved, in the words of teaching; lengths of time are in those of attempts. */
const areas = ['tests', 'teach', 'attempts']

export const routes: RouteRecordRaw[] = [
  {
    path: '/tests/:id',
    props: true,
    meta: { least: 'learner' },
    component: page(areas, () => import('@/pages/tests/TestFrame.vue')),
    children: [
      // Questions are chosen from the bank, and looked at as learners see them: in the words of both.
      { path: 'edit', name: 'test-edit', component: page([...areas, 'bank', 'reading'], () => import('@/pages/tests/EditPage.vue')) },
      { path: 'settings', name: 'test-settings', component: page(areas, () => import('@/pages/tests/SettingsPage.vue')) },
      { path: 'extra-time', name: 'test-extra-time', component: page(areas, () => import('@/pages/tests/ExtraTimePage.vue')) },
      ...results,
      ...grading,
    ],
  },
]
