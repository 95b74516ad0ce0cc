import type { LocationQuery } from 'vue-router'

import { KINDS } from '@/api/bodies'
import type { QuestionDifficulty, QuestionFilters, QuestionKind } from '@/api/questions'
import type { Id } from '@/api/types'

/** What a bank is narrowed to, as it stands in the address; empty is everything. */
export interface Filters {
  /** The course's own, those that the school's teachers share, or those put away. */
  from: 'own' | 'shared' | 'archived'
  q: string
  kind: QuestionKind | ''
  category: Id
  tag: string
  difficulty: QuestionDifficulty | ''
}

export const DIFFICULTIES = ['easy', 'medium', 'hard'] as const satisfies readonly QuestionDifficulty[]
export const NO_FILTERS: Readonly<Filters> = { from: 'own', q: '', kind: '', category: '', tag: '', difficulty: '' }

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** As many characters as the server takes. */
const LONGEST = { q: 200, tag: 60 }

/** Addresses are typed and cut short by anyone: what is no filter is left out. */
export function filtersIn(query: LocationQuery): Filters {
  const text = (name: string) => (typeof query[name] === 'string' ? query[name] : '')
  const among = <Value extends string>(values: readonly Value[], name: string) => values.find((value) => value === text(name))
  return {
    from: among(['shared', 'archived'], 'from') ?? 'own',
    q: text('q').slice(0, LONGEST.q),
    kind: among(KINDS, 'kind') ?? '',
    category: ID.test(text('category')) ? text('category') : '',
    tag: text('tag').slice(0, LONGEST.tag),
    difficulty: among(DIFFICULTIES, 'difficulty') ?? '',
  }
}

export function asQuery({ from, ...others }: Filters): Record<string, string> {
  const given = Object.entries({ from: from === 'own' ? '' : from, ...others })
  return Object.fromEntries(given.filter(([, value]) => value !== ''))
}

/** Categories are a course's own: they narrow nothing of what others share. */
export function asked({ from, q, kind, category, tag, difficulty }: Filters): QuestionFilters {
  return {
    q: q.trim().slice(0, LONGEST.q),
    kind: kind || undefined,
    category: (from !== 'shared' && category) || undefined,
    tag: tag.trim().slice(0, LONGEST.tag) || undefined,
    difficulty: difficulty || undefined,
    ...(from === 'own' ? {} : { [from]: true }),
  }
}

/** How many narrow the list beside the words and the category, which are always in view. */
export const countOf = ({ kind, tag, difficulty }: Filters) => [kind, tag.trim(), difficulty].filter(Boolean).length

export const isNarrowed = (filters: Filters) => countOf(filters) > 0 || filters.q.trim() !== '' || filters.category !== ''
