import { computed, reactive } from 'vue'

import type { DrawRule, TestEntry } from '@/api/tests'
import type { QuestionDifficulty } from '@/api/questions'
import type { Id } from '@/api/types'
import { NO_FILTERS } from '@/features/bank/filters'
import { useListing } from '@/features/bank/listing'

import { tagsIn } from './tags'

const FIRST = 5

interface Fields {
  /** Null as long as none is written. */
  count: number | null
  category: Id
  tags: string
  difficulty: QuestionDifficulty | ''
  points: number | null
}

/** A draw as it is being written, and how many questions of the bank it could give: none that the test names anyway. */
export function useDrawing(course: () => Id, entry: TestEntry | null, named: () => ReadonlySet<Id>) {
  const rule = entry?.draw
  const fields = reactive<Fields>({
    count: rule?.count ?? FIRST,
    category: rule?.category_id ?? '',
    tags: (rule?.tags ?? []).join(', '),
    difficulty: rule?.difficulty ?? '',
    points: entry?.points ?? null,
  })
  const tags = computed(() => tagsIn(fields.tags))

  // The bank narrows by one tag; the others are looked for in what it finds.
  const listing = useListing(course, () => ({
    ...NO_FILTERS,
    category: fields.category,
    tag: tags.value[0] ?? '',
    difficulty: fields.difficulty,
  }))
  const found = computed(() => ({
    count: listing.questions.value.filter((one) => !named().has(one.id) && tags.value.every((tag) => one.tags.includes(tag))).length,
    isMore: listing.query.hasNextPage.value,
  }))

  function toggle(tag: string): void {
    fields.tags = (tags.value.includes(tag) ? tags.value.filter((one) => one !== tag) : [...tags.value, tag]).join(', ')
  }

  const written = (): DrawRule => ({
    count: fields.count ?? FIRST,
    category_id: fields.category || null,
    tags: tags.value,
    difficulty: fields.difficulty || null,
  })

  return { fields, tags, known: listing.tags, query: listing.query, found, toggle, written }
}
