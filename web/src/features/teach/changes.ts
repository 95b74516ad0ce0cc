import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { useI18n } from 'vue-i18n'

import type { Change } from '@/api/types'
import { useFormat } from '@/kit/format'

type Side = Record<string, unknown>

export interface Told {
  kind: Change['kind']
  title: string
  /** What else there is to say of it, each in a few words. */
  facts: { label: string; before: string; after: string }[]
  /** The texts to compare, where the text has changed. */
  text: { before: string; after: string } | null
}

const FACTS = ['title', 'summary', 'category', 'difficulty', 'language', 'cover', 'module', 'position', 'url', 'file', 'release_at', 'due_at', 'kind'] as const
type Fact = (typeof FACTS)[number]

/** Changes of a draft in words. */
export function useTold(changes: MaybeRefOrGetter<readonly Change[]>) {
  const { t } = useI18n()
  const { formatDate, formatLanguage, formatNumber } = useFormat()

  const labels: Record<Fact, string> = {
    title: t('teach.field.title'),
    summary: t('teach.field.summary'),
    category: t('teach.field.category'),
    difficulty: t('teach.field.difficulty'),
    language: t('teach.field.language'),
    cover: t('teach.field.cover'),
    module: t('teach.field.module'),
    position: t('teach.field.position'),
    url: t('teach.field.url'),
    file: t('teach.field.file'),
    release_at: t('teach.field.release'),
    due_at: t('teach.field.due'),
    kind: t('teach.field.kind'),
  }

  function said(fact: Fact, value: unknown): string {
    if (value == null || value === '') return t('teach.changes.none')
    if (typeof value === 'number') return formatNumber(value)
    if (typeof value !== 'string') return typeof value === 'object' && 'name' in value ? String(value.name) : t('teach.changes.other')
    if (fact === 'release_at' || fact === 'due_at') return formatDate(value, { dateStyle: 'medium', timeStyle: 'short' })
    if (fact === 'language') return formatLanguage(value)
    if (fact === 'difficulty') return t(`app.difficulty.${value}`)
    if (fact === 'kind') return t(`app.kind.${value}`)
    return fact === 'cover' ? t('teach.changes.other') : value
  }

  function tell(change: Change): Told {
    const [before, after] = [sides(change.before), sides(change.after)]
    const isTold = change.kind !== 'added' && change.kind !== 'removed'
    const facts = FACTS.filter((fact) => isTold && (fact in before || fact in after))
      .map((fact) => ({ label: labels[fact], before: said(fact, before[fact]), after: said(fact, after[fact]) }))
      // An item that moves within its module is told with its module on both sides.
      .filter((fact) => fact.before !== fact.after || fact.label === labels.cover || fact.label === labels.file)
    const texts = [before.source, after.source].map((text) => (typeof text === 'string' ? text : ''))
    const text = 'source' in before || 'source' in after ? { before: texts[0] ?? '', after: texts[1] ?? '' } : null
    return { kind: change.kind, title: change.title, facts, text }
  }

  return computed(() => toValue(changes).map(tell))
}

function sides(value: unknown): Side {
  return typeof value === 'object' && value !== null ? (value as Side) : {}
}
