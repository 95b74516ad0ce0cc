import type { RouteRecordRaw } from 'vue-router'

import { page } from '@/app/page'

/** The frame asks before one leaves what is not saved, in the words of teaching. */
const frame = ['tests', 'teach', 'attempts']

export const routes: RouteRecordRaw[] = [
  {
    path: '/tests/:id',
    props: true,
    meta: { least: 'learner' },
    component: page(frame, () => import('@/pages/tests/TestFrame.vue')),
    children: [{ path: 'edit', name: 'test-edit', component: page(frame, () => import('@/pages/tests/EditPage.vue')) }],
  },
]
