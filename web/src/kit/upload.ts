import { onScopeDispose, ref, shallowRef } from 'vue'

type Send = (file: File, progress: (fraction: number) => void, signal: AbortSignal) => Promise<unknown>

/** One file on its way to the server. */
export function useUpload(send: Send) {
  const file = shallowRef<File | null>(null)
  const fraction = ref(0)
  const state = ref<'idle' | 'sending' | 'failed'>('idle')
  const error = shallowRef<unknown>(null)
  let stop: AbortController | null = null

  async function start(chosen: File): Promise<void> {
    stop?.abort()
    const mine = (stop = new AbortController())
    file.value = chosen
    fraction.value = 0
    error.value = null
    state.value = 'sending'
    try {
      await send(chosen, (sent) => (fraction.value = sent), mine.signal)
      if (stop === mine) state.value = 'idle'
    } catch (reason) {
      if (mine.signal.aborted) return
      error.value = reason
      state.value = 'failed'
    }
  }

  function cancel(): void {
    stop?.abort()
    stop = null
    state.value = 'idle'
  }

  async function retry(): Promise<void> {
    if (file.value) await start(file.value)
  }

  onScopeDispose(cancel)
  return { file, fraction, state, error, start, cancel, retry }
}
