import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useRouter } from 'vue-router'

import { type Attempt, previewTest, startAttempt } from '@/api/attempts'
import type { Id } from '@/api/types'
import { courseQuery } from '@/features/courses/queries'

import { attemptQuery, testQuery } from './queries'

/** A test before one takes it, its course, and the ways in. */
export function useTest(id: () => Id) {
  const router = useRouter()
  const queries = useQueryClient()
  const query = useQuery(() => testQuery(id()))
  const courseId = computed(() => query.data.value?.course_id)
  const { data: course } = useQuery(() => ({ ...courseQuery(courseId.value ?? ''), enabled: courseId.value !== undefined }))

  /** The answer is the attempt itself: nothing is asked for twice when all begin at once. */
  async function enter(attempt: Attempt): Promise<void> {
    queries.setQueryData(attemptQuery(attempt.id).queryKey, attempt)
    await router.push({ name: 'attempt', params: { id: attempt.id } })
  }

  const starting = useMutation({ mutationFn: (code: string) => startAttempt(id(), code), onSuccess: enter })
  const preview = useMutation({ mutationFn: () => previewTest(id()), onSuccess: enter })

  return { query, course, starting, preview }
}
