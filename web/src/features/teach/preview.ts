import { onScopeDispose, ref, shallowRef, watch } from 'vue'

import { preview } from '@/api/teaching'
import type { Id, Preview } from '@/api/types'

const QUIET = 350

/** What learners would read, rendered by the server a moment after the last key. */
export function usePreview(course: Id, source: () => string, first: Preview) {
  const rendered = shallowRef<Preview>(first)
  const isBehind = ref(false)
  const error = shallowRef<unknown>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let stop: AbortController | null = null

  async function render(): Promise<void> {
    stop?.abort()
    const mine = (stop = new AbortController())
    try {
      rendered.value = await preview(course, source(), mine.signal)
      isBehind.value = false
      error.value = null
    } catch (reason) {
      if (!mine.signal.aborted) error.value = reason
    }
  }

  watch(source, () => {
    isBehind.value = true
    clearTimeout(timer)
    timer = setTimeout(() => void render(), QUIET)
  })
  onScopeDispose(() => {
    clearTimeout(timer)
    stop?.abort()
  })
  return { rendered, isBehind, error, render }
}
