import { onScopeDispose, ref, shallowRef, watch, type WatchSource } from 'vue'

/** Milliseconds after the last key. */
export const QUIET = 350

interface Options {
  /** Where there is nothing to be seen yet, nobody waits for the last key. */
  delay?: () => number
  /** At once, and not from the first change on. */
  immediate?: boolean
  /** What has been dealt with already, and is not an error. */
  isKnown?: (reason: unknown) => boolean
}

/** What the server makes of what is typed, asked for a moment after the last key: the newest question counts. */
export function useRendering(sources: WatchSource[], make: (signal: AbortSignal) => Promise<void>, options: Options = {}) {
  const { delay = () => QUIET, immediate = false, isKnown = () => false } = options
  const isBehind = ref(immediate)
  const error = shallowRef<unknown>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let stop: AbortController | null = null

  async function render(): Promise<void> {
    stop?.abort()
    const mine = (stop = new AbortController())
    try {
      await make(mine.signal)
      isBehind.value = false
      error.value = null
    } catch (reason) {
      if (!mine.signal.aborted && !isKnown(reason)) error.value = reason
    }
  }

  watch(
    sources,
    () => {
      isBehind.value = true
      clearTimeout(timer)
      timer = setTimeout(() => void render(), delay())
    },
    { immediate },
  )
  onScopeDispose(() => {
    clearTimeout(timer)
    stop?.abort()
  })
  return { isBehind, error, render }
}
