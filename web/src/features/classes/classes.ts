import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, reactive } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'

import { createClass, type NewClass } from '@/api/classes'
import { idempotencyKey } from '@/api/client'
import type { Id } from '@/api/types'

/** Who is in a class, and who may make groups in it, to choose from. */
export function useClassChoices() {
  const { t } = useI18n()
  return {
    admissions: computed(() => (['course', 'staff'] as const).map((value) => ({ value, label: t(`classes.admission.${value}`) }))),
    makers: computed(() => (['learners', 'staff'] as const).map((value) => ({ value, label: t(`classes.groups_by.${value}`) }))),
  }
}

export function useNewClass(course: () => Id) {
  const queries = useQueryClient()
  const router = useRouter()
  const fields = reactive<NewClass>({ name: '', description: '', admission: 'course', groups_by: 'learners' })
  // One act, however often it is tried.
  let key = idempotencyKey()

  const creation = useMutation({
    mutationFn: () =>
      createClass(course(), { ...fields, name: fields.name.trim(), description: fields.description.trim() }, key),
    onSuccess: async (made) => {
      void queries.invalidateQueries({ queryKey: ['classes', course()] })
      await router.push({ name: 'teach-class', params: { id: course(), class: made.id } })
    },
    // Whoever changes the form means another class, and another key.
    onError: () => (key = idempotencyKey()),
  })
  return { fields, creation }
}
