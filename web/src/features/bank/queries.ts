import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/vue-query'

import * as api from '@/api/questions'
import type { Id } from '@/api/types'

/** Everything of a course's bank is under `['bank', course]`. */
export const bankKey = (course: Id) => ['bank', course]

export const questionsQuery = (course: Id, filters: api.QuestionFilters) =>
  infiniteQueryOptions({
    queryKey: [...bankKey(course), 'questions', filters],
    queryFn: ({ pageParam, signal }) => api.questions(course, filters, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  })

export const categoriesQuery = (course: Id) =>
  queryOptions({
    queryKey: [...bankKey(course), 'categories'],
    queryFn: async ({ signal }) => (await api.questionCategories(course, signal)).items,
  })
