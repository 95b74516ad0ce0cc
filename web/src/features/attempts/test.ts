import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useRouter } from 'vue-router'

import { type Attempt, startAttempt } from '@/api/attempts'
import { previewTest } from '@/api/tests'
import type { Id } from '@/api/types'
import { courseQuery } from '@/features/courses/queries'

import { attemptQuery, testQuery } from './queries'

/** A test before one takes it, its course, and the ways in. */
export function useTest(id: () => Id) {
  const query = useQuery(() => testQuery(id()))
  const courseId = computed(() => query.data.value?.course_id)
  const { data: course } = useQuery(() => ({ ...courseQuery(courseId.value ?? ''), enabled: courseId.value !== undefined }))

  const starting = useMutation({ mutationFn: (code: string) => startAttempt(id(), code), onSuccess: useEntering() })
  const preview = usePreview(id)

  return { query, course, starting, preview }
}

/** Takes the test that is published as its learners do. */
export function usePreview(id: () => Id) {
  return useMutation({ mutationFn: () => previewTest(id()), onSuccess: useEntering() })
}

/** The answer is the attempt itself: nothing is asked for twice when all begin at once. */
function useEntering() {
  const router = useRouter()
  const queries = useQueryClient()

  return async (attempt: Attempt): Promise<void> => {
    queries.setQueryData(attemptQuery(attempt.id).queryKey, attempt)
    await router.push({ name: 'attempt', params: { id: attempt.id } })
  }
}
