import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { type LocationQueryValue, useRoute, useRouter } from 'vue-router'

import type { Difficulty, Facet } from '@/api/types'
import { announce } from '@/kit/announce'
import { useFormat } from '@/kit/format'

import { catalogueQuery, facetsQuery } from './queries'

const PAUSE = 250

const DIFFICULTIES: Difficulty[] = ['beginner', 'intermediate', 'advanced']

type Filter = 'category' | 'difficulty' | 'language'

/** The catalogue as the address says: `?q=&category=&difficulty=&language=`, so that it can be shared and gone back to. */
export function useCatalogue() {
  const route = useRoute()
  const router = useRouter()
  const { t } = useI18n()
  const { formatNumber } = useFormat()

  const filter = computed(() => ({
    q: text(route.query.q),
    category: text(route.query.category),
    difficulty: level(route.query.difficulty),
    language: text(route.query.language),
  }))
  const isFiltered = computed(() => Object.values(filter.value).some(Boolean))

  const query = useInfiniteQuery(() => ({ ...catalogueQuery(filter.value), placeholderData: keepPreviousData }))
  const courses = computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? [])

  function change(part: Partial<Record<'q' | Filter, string>>): void {
    const wanted = Object.entries({ ...filter.value, ...part }).filter(([, value]) => value)
    void router.replace({ query: Object.fromEntries(wanted) })
  }

  const words = useSearch(
    () => filter.value.q,
    (q) => change({ q }),
  )

  watch([courses, query.isPlaceholderData], ([found, isOld]) => {
    if (!isOld && isFiltered.value) announce(t('courses.found', { count: formatNumber(found.length) }, found.length))
  })

  return { query, courses, filter, isFiltered, change, words, clear: () => void router.replace({ query: {} }) }
}

/** The words in the search field; they go into the address when one pauses. */
function useSearch(current: () => string, change: (q: string) => void) {
  const words = ref(current())
  let timer: ReturnType<typeof setTimeout> | undefined

  watch(words, (typed) => {
    clearTimeout(timer)
    if (typed.trim() !== current()) timer = setTimeout(() => change(typed.trim()), PAUSE)
  })
  watch(current, (q) => {
    if (words.value.trim() !== q) words.value = q
  })
  return words
}

/** What there is to choose from, with how many courses each; a choice of one is none. */
export function useFacets() {
  const { t } = useI18n()
  const { formatNumber, formatLanguage } = useFormat()
  const { data } = useQuery(facetsQuery)

  const options = (all: string, facets: Facet[], name: (value: string) => string) => [
    { value: '', label: all },
    ...facets.map(({ value, count }) => ({ value, label: `${name(value)} (${formatNumber(count)})` })),
  ]

  return computed(() => {
    const { categories = [], difficulties = [], languages = [] } = data.value ?? {}
    const named = categories.filter(({ value }) => value)
    return [
      {
        name: 'category' as const,
        label: t('courses.category'),
        options: options(t('courses.every_category'), named, (value) => value),
      },
      {
        name: 'difficulty' as const,
        label: t('courses.difficulty'),
        options: options(t('courses.every_difficulty'), difficulties, (value) => t(`app.difficulty.${value}`)),
      },
      {
        name: 'language' as const,
        label: t('courses.language'),
        options: options(t('courses.every_language'), languages, formatLanguage),
      },
    ].filter((facet) => facet.options.length > 2)
  })
}

/** A level there is, or none: the address may have been typed, or be older than the levels are. */
function level(value: Parameters<typeof text>[0]): Difficulty | '' {
  return DIFFICULTIES.find((known) => known === text(value)) ?? ''
}

function text(value: LocationQueryValue | LocationQueryValue[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? ''
}
