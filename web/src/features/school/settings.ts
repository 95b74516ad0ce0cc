import { useQueryClient } from '@tanstack/vue-query'
import { computed, watch } from 'vue'
import { useI18n } from 'vue-i18n'

import { changeSchool, type SchoolChange } from '@/api/administration'
import type { School } from '@/api/types'
import { isLocale, LOCALES } from '@/app/i18n'
import { schoolQuery } from '@/app/session'
import { useAutosave } from '@/kit/autosave'
import { useConflicts } from '@/kit/conflicts'

type Fields = Required<SchoolChange>

const FIELDS = ['name', 'description', 'locale', 'time_zone', 'sign_up', 'catalogue'] as const

function read(school: School): Fields {
  return Object.fromEntries(FIELDS.map((field) => [field, school[field]])) as Fields
}

/** The school as a whole, saved as one changes it. */
export function useSchoolSettings(school: () => School) {
  const { t } = useI18n()
  const queries = useQueryClient()
  const first = school()

  const saving = useAutosave<School, Fields>(first, {
    name: `school.${first.id}`,
    read,
    send: changeSchool,
    saved: (fresh) => queries.setQueryData(schoolQuery.queryKey, fresh),
  })
  watch(school, (fresh) => saving.rebase(fresh))

  const labels: Record<keyof Fields, string> = {
    name: t('school.name'),
    description: t('school.description'),
    locale: t('school.language'),
    time_zone: t('school.time_zone'),
    sign_up: t('school.sign_up'),
    catalogue: t('school.catalogue'),
  }

  function said(field: keyof Fields, value: string): string {
    if (field === 'sign_up') return t(`school.sign_up_${value}`)
    if (field === 'catalogue') return t(`school.catalogue_${value}`)
    return field === 'locale' && isLocale(value) ? LOCALES[value] : value
  }

  const conflicts = useConflicts(saving, { read, labels, said })

  return { saving, fields: saving.fields, labels, conflicts }
}

/** What there is to choose from. */
export function useSchoolChoices() {
  const { t } = useI18n()
  return {
    signUps: computed(() => (['open', 'closed'] as const).map((value) => ({ value, label: t(`school.sign_up_${value}`) }))),
    catalogues: computed(() =>
      (['public', 'members'] as const).map((value) => ({ value, label: t(`school.catalogue_${value}`) })),
    ),
    locales: Object.entries(LOCALES).map(([value, label]) => ({ value, label })),
  }
}
