import type { RouteRecordRaw } from 'vue-router'

import { page } from '@/app/page'

const groups = (load: Parameters<typeof page>[1]) => page('groups', load)
const of = { props: true, meta: { least: 'learner' } } as const

/** The group itself, what is said in it, is in the area `messages`. */
export const routes: RouteRecordRaw[] = [
  {
    path: '/groups',
    name: 'groups',
    meta: { least: 'learner' },
    component: groups(() => import('@/pages/groups/GroupsPage.vue')),
  },
  {
    path: '/groups/:id/members',
    name: 'group-members',
    ...of,
    component: groups(() => import('@/pages/groups/MembersPage.vue')),
  },
  {
    path: '/groups/:id/reports',
    name: 'group-reports',
    ...of,
    component: groups(() => import('@/pages/groups/ReportsPage.vue')),
  },
  {
    path: '/groups/:id/settings',
    name: 'group-settings',
    ...of,
    component: groups(() => import('@/pages/groups/SettingsPage.vue')),
  },
  {
    // Open to everyone: the token must not travel through the address of the sign-in page.
    path: '/groups/:id/join',
    name: 'group-join',
    props: true,
    component: groups(() => import('@/pages/groups/JoinPage.vue')),
  },
  {
    path: '/courses/:id/groups',
    name: 'course-groups',
    ...of,
    component: groups(() => import('@/pages/groups/CourseGroupsPage.vue')),
  },
]
