import { shallowRef } from 'vue'

import { preview } from '@/api/teaching'
import type { Id, Preview } from '@/api/types'
import { useRendering } from '@/kit/rendering'

/** What learners would read, rendered by the server. */
export function usePreview(course: Id, source: () => string, first: Preview) {
  const rendered = shallowRef<Preview>(first)
  const rendering = useRendering([source], async (signal) => {
    rendered.value = await preview(course, source(), signal)
  })
  return { rendered, ...rendering }
}
