import { useMutation } from '@tanstack/vue-query'
import { computed, reactive } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'

import { idempotencyKey } from '@/api/client'
import { createGroup, type NewGroup } from '@/api/groups'
import type { Class } from '@/api/types'

import { useGroupRefresh } from './group'
import { ADMISSIONS } from './standing'

/** Who may come in, to choose from. */
export function useAdmissions() {
  const { t } = useI18n()
  return computed(() => ADMISSIONS.map((value) => ({ value, label: t(`groups.admission.${value}`) })))
}

/** A number of places as one types it; null for none or for what is no number. */
export function placesOf(typed: string): number | null {
  const places = Number.parseInt(typed, 10)
  return Number.isNaN(places) ? null : places
}

export function useNewGroup(made: () => unknown) {
  const router = useRouter()
  const refresh = useGroupRefresh()
  const fields = reactive<NewGroup>({ name: '', description: '', admission: 'open', places: null })
  // One act, however often it is tried.
  let key = idempotencyKey()

  const creation = useMutation({
    mutationFn: (into: Class) =>
      createGroup(into.id, { ...fields, name: fields.name.trim(), description: fields.description.trim() }, key),
    onSuccess: async (group) => {
      made()
      await refresh(group)
      await router.push({ name: 'group', params: { id: group.id } })
    },
    // Whoever changes the form means another group, and another key.
    onError: () => (key = idempotencyKey()),
  })
  return { fields, creation }
}
