import { queryOptions, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import { me, signOut } from '@/api/accounts'
import { school } from '@/api/school'
import type { Account, Myself, Role } from '@/api/types'

import { currentLocale, isLocale, useLocale } from './i18n'
import { queryClient } from './query'

/** Who is signed in, and where. */

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => me(signal),
  staleTime: 5 * 60_000,
})

export const schoolQuery = queryOptions({
  queryKey: ['school'],
  queryFn: ({ signal }) => school(signal),
  staleTime: 5 * 60_000,
})

export function useMe() {
  const query = useQuery(meQuery)
  const account = computed(() => query.data.value ?? null)
  return {
    account,
    /** False until it is known whether anyone is signed in. */
    known: computed(() => query.data.value !== undefined),
    isTeacher: computed(() => hasRole(account.value, 'teacher')),
    isAdmin: computed(() => hasRole(account.value, 'admin')),
  }
}

export const useSchool = () => useQuery(schoolQuery)

/** Admins may do all that teachers may. */
export function hasRole(account: Account | null, role: Role): boolean {
  if (!account) return false
  const ranks: Role[] = ['learner', 'teacher', 'admin']
  return ranks.indexOf(account.role) >= ranks.indexOf(role)
}

/** Takes over as `account`: nothing that another one has seen stays. */
export async function enter(account: Myself): Promise<void> {
  become(account)
  if (isLocale(account.locale) && account.locale !== currentLocale()) await useLocale(account.locale)
}

export async function leave(): Promise<void> {
  await signOut()
  forget()
}

/** Forgets who was signed in. */
export function forget(): void {
  become(null)
}

// The query of oneself is set and never removed: the frame is watching it.
function become(account: Myself | null): void {
  queryClient.setQueryData(meQuery.queryKey, account)
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'school' && queryKey[0] !== 'me' })
}
