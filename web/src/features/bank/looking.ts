import { queryOptions } from '@tanstack/vue-query'

import { previewQuestion, question, questionVersions } from '@/api/questions'
import type { Id } from '@/api/types'

interface Version {
  title: string
  body: Awaited<ReturnType<typeof question>>['body']
}

/** A version of a question, which is some way down the list of them where many are newer. */
async function versionOf(id: Id, number: number, signal: AbortSignal): Promise<Version> {
  const newest = await question(id, signal)
  if (newest.version === number) return newest
  for (let after: string | undefined; ; ) {
    const { items, next } = await questionVersions(id, after, signal)
    const found = items.find((one) => one.number === number)
    if (found) return found
    if (!next) return newest
    after = next
  }
}

/** A question as its takers see it: in a version, or the newest. */
export const shownQuery = (course: Id, id: Id, version: number | null, points: number) =>
  queryOptions({
    queryKey: ['question', id, 'shown', course, version, points],
    queryFn: async ({ signal }) => {
      const { body } = version === null ? await question(id, signal) : await versionOf(id, version, signal)
      return (await previewQuestion(course, body, points, signal)).question
    },
    staleTime: 0,
  })
