import { onScopeDispose, readonly, ref, shallowRef } from 'vue'

import type { Id } from '@/api/types'
import type { Ephemeral, Presence } from '@/realtime/frames'

/** Milliseconds after which nobody counts as writing without a new word of it. */
const FADES = 8_000
/** Milliseconds for which word of what is finished may still be on its way. */
const FINISHED = 3_000

/** Who is in the room now, and who is writing. */
export function usePresent() {
  const here = shallowRef<Presence>({ count: 0, accounts: [] })
  const writing = ref<Id[]>([])
  const finished = new Map<Id, number>()
  let timer: ReturnType<typeof setTimeout> | undefined

  function see(presence: Presence): void {
    here.value = presence
  }

  function hear({ type, data }: Ephemeral): void {
    if (type === 'presence') see(data as Presence)
    if (type !== 'typing') return
    clearTimeout(timer)
    const since = Date.now() - FINISHED
    writing.value = (data as { accounts: Id[] }).accounts.filter((id) => (finished.get(id) ?? 0) < since)
    timer = setTimeout(() => (writing.value = []), FADES)
  }

  /** What one was writing is here. */
  function wrote(id: Id): void {
    finished.set(id, Date.now())
    if (writing.value.includes(id)) writing.value = writing.value.filter((other) => other !== id)
  }

  onScopeDispose(() => clearTimeout(timer))
  return { here: readonly(here), writing: readonly(writing), see, hear, wrote }
}
