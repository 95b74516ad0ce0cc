import { onScopeDispose, readonly, ref, shallowRef } from 'vue'

import type { Id } from '@/api/types'
import type { Ephemeral, Presence } from '@/realtime/frames'

/** Milliseconds after which nobody counts as writing without a new word of it. */
const FADES = 8_000

/** Who is in the room now, and who is writing. */
export function usePresent() {
  const here = shallowRef<Presence>({ count: 0, accounts: [] })
  const writing = ref<Id[]>([])
  let timer: ReturnType<typeof setTimeout> | undefined

  function see(presence: Presence): void {
    here.value = presence
  }

  function hear({ type, data }: Ephemeral): void {
    if (type === 'presence') see(data as Presence)
    if (type !== 'typing') return
    clearTimeout(timer)
    writing.value = (data as { accounts: Id[] }).accounts
    timer = setTimeout(() => (writing.value = []), FADES)
  }

  /** What one was writing is here. */
  function wrote(id: Id): void {
    if (writing.value.includes(id)) writing.value = writing.value.filter((other) => other !== id)
  }

  onScopeDispose(() => clearTimeout(timer))
  return { here: readonly(here), writing: readonly(writing), see, hear, wrote }
}
