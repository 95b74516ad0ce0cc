import { type MaybeRefOrGetter, toValue, watchEffect } from 'vue'

import { useSchool } from '@/app/session'

/** Names the window: what the page is, then whose. */
export function useTitle(title: MaybeRefOrGetter<string | undefined>): void {
  const { data: school } = useSchool()
  watchEffect(() => {
    const parts = [toValue(title), school.value?.name ?? 'Banyan'].filter(Boolean)
    document.title = [...new Set(parts)].join(' · ')
  })
}
