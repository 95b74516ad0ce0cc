import type { RouteRecordRaw } from 'vue-router'

import { page } from '@/app/page'

const teach = (load: Parameters<typeof page>[1]) => page('teach', load)

/** Open to everyone who is signed in: a learner may be an assistant of one course. The server says who sees what. */
export const routes: RouteRecordRaw[] = [
  {
    path: '/teach',
    name: 'teach',
    meta: { least: 'learner' },
    component: teach(() => import('@/pages/teach/CoursesPage.vue')),
  },
  {
    path: '/teach/:id',
    props: true,
    meta: { least: 'learner' },
    component: teach(() => import('@/pages/teach/CourseFrame.vue')),
    children: [
      {
        path: '',
        name: 'teach-course',
        // The preview is what learners read, in the reader's words; tests are told of in theirs.
        component: page(['teach', 'reading', 'tests', 'attempts'], () => import('@/pages/teach/EditorPage.vue')),
      },
      { path: 'people', name: 'teach-people', component: teach(() => import('@/pages/teach/PeoplePage.vue')) },
      {
        path: 'classes',
        name: 'teach-classes',
        component: page(['teach', 'classes'], () => import('@/pages/teach/ClassesPage.vue')),
      },
      {
        path: 'classes/:class',
        name: 'teach-class',
        component: page(['teach', 'classes', 'groups'], () => import('@/pages/teach/ClassPage.vue')),
      },
      { path: 'log', name: 'teach-log', component: page(['teach', 'audit'], () => import('@/pages/teach/AuditPage.vue')) },
      { path: 'revisions', name: 'teach-revisions', component: teach(() => import('@/pages/teach/RevisionsPage.vue')) },
      { path: 'settings', name: 'teach-settings', component: teach(() => import('@/pages/teach/SettingsPage.vue')) },
    ],
  },
]
