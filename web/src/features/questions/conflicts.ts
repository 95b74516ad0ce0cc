import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

import { categoriesQuery } from '@/features/bank/queries'
import { useFormat } from '@/kit/format'
import { typed } from '@/kit/numbers'

import { useDescription } from './describing'
import { type Draft, type Field, FIELDS, read } from './draft'
import type { Drafting } from './drafting'
import { percentOf } from './numbers'

/** Both versions of what two people have changed at once, field by field, in words. */
export function useConflicts({ draft, met }: Drafting) {
  const { t } = useI18n()
  const { formatPercent } = useFormat()
  const { bodyText } = useDescription()
  const course = computed(() => met.value?.theirs.course_id ?? '')
  const { data: categories } = useQuery(() => ({ ...categoriesQuery(course.value), enabled: course.value !== '' }))

  const labels: Record<Field, string> = {
    title: t('questions.title'),
    body: t('questions.text'),
    points: t('questions.points'),
    penalty: t('questions.penalty'),
    difficulty: t('questions.difficulty.label'),
    tags: t('questions.tags'),
    category_id: t('questions.category'),
    code: t('questions.code'),
  }

  function said(field: Field, of: Draft): string {
    switch (field) {
      case 'body':
        return bodyText(of.body)
      case 'points':
        return typed(of.points)
      case 'penalty':
        return formatPercent(percentOf(of.penalty))
      case 'difficulty':
        return of.difficulty ? t(`bank.difficulty.${of.difficulty}`) : ''
      case 'tags':
        return of.tags.join(', ')
      case 'category_id':
        return categories.value?.find(({ id }) => id === of.category_id)?.path.join(' / ') ?? ''
      default:
        return of[field]
    }
  }

  return computed(() => {
    const { theirs, fields } = met.value ?? {}
    if (!theirs || !fields) return []
    const other = read(theirs)
    return FIELDS.filter((field) => fields.includes(field)).map((field) => ({
      label: labels[field],
      mine: said(field, draft.value),
      theirs: said(field, other),
    }))
  })
}
