import { useI18n } from 'vue-i18n'

import type { Test, TestSection } from '@/api/tests'
import { useDuration } from '@/features/attempts/duration'
import { useConflicts } from '@/kit/conflicts'
import { useFormat } from '@/kit/format'

import { read, type TestDesk, type TestFields } from './desk'

type Field = keyof TestFields

/** Both versions of what two people have changed at once in a test. */
export function useTestConflicts({ saving, test }: TestDesk) {
  const { t } = useI18n()
  const { formatNumber, formatDate, formatPercent } = useFormat()
  const { inMinutes } = useDuration()

  const labels: Record<Field, string> = {
    title: t('tests.field.title'),
    sections: t('tests.field.sections'),
    description: t('tests.field.description'),
    opens_at: t('tests.field.opens_at'),
    closes_at: t('tests.field.closes_at'),
    time_limit_seconds: t('tests.field.time_limit_seconds'),
    page: t('tests.field.page'),
    go_back: t('tests.field.go_back'),
    shuffle: t('tests.field.shuffle'),
    access_code: t('tests.field.access_code'),
    attempts: t('tests.field.attempts'),
    counts: t('tests.field.counts'),
    pass_percent: t('tests.field.pass_percent'),
    show_score: t('tests.field.show_score'),
    show_answers: t('tests.field.show_answers'),
    show_feedback: t('tests.field.show_feedback'),
    grade_blind: t('tests.field.grade_blind'),
  }

  function said(field: Field, value: TestFields[Field], theirs: Test | null): string {
    if (value === null) return ''
    if (Array.isArray(value)) return value.map((section) => spelled(section, theirs ?? test.value)).join('\n')
    if (typeof value === 'boolean') return value ? t('tests.yes') : t('tests.no')
    if (typeof value === 'number') {
      if (field === 'time_limit_seconds') return inMinutes(value * 1000)
      return field === 'pass_percent' ? formatPercent(value) : formatNumber(value)
    }
    if (field === 'opens_at' || field === 'closes_at') return formatDate(value, { dateStyle: 'medium', timeStyle: 'short' })
    if (field === 'counts') return t(`tests.counts.${value}`)
    if (field === 'page') return t(`tests.page.${value}`)
    return field.startsWith('show_') ? t(`tests.told.${value}`) : value
  }

  /** A section line by line, so that what differs can be marked. */
  function spelled({ title, text, entries }: TestSection, { questions }: Test): string {
    const lines = entries.map(({ question_id, draw, points }) => {
      const known = questions.find(({ id }) => id === question_id)
      const name = draw ? t('tests.draw.some', { count: formatNumber(draw.count) }, draw.count) : (known?.title ?? t('tests.entry.question'))
      return points == null ? name : `${name} (${t('tests.points', { count: formatNumber(points) }, points)})`
    })
    return [title, text, ...lines].filter(Boolean).join('\n')
  }

  return useConflicts(saving, { read, labels, said })
}
