import { useQueryClient } from '@tanstack/vue-query'
import { onBeforeUnmount, onMounted, ref } from 'vue'

import type { Id, MessagePage } from '@/api/types'
import { inboxQuery } from '@/features/groups/inbox'

/** From where on messages are new to who comes, or comes back to the window; the line stays while one is here. */
export function useUnreadLine(group: Id, talk: () => MessagePage | undefined) {
  const queries = useQueryClient()
  const after = ref<number | null>(null)
  /** How many there were, more than are shown perhaps. */
  const count = ref(0)

  const newest = () => talk()?.items.at(-1)?.seq ?? 0

  /** Asks once how far one has read. */
  async function begin(): Promise<void> {
    try {
      const entries = await queries.query({ ...inboxQuery, staleTime: 10_000 })
      const entry = entries.find(({ id }) => id === group)
      if (!entry || entry.unread === 0) return
      after.value = entry.read_seq
      count.value = entry.unread
    } catch {
      // Without it there is no line; the messages are there all the same.
    }
  }

  const forget = () => (after.value = null)

  // What comes while one looks elsewhere is new when one comes back.
  const hide = () => {
    if (document.visibilityState === 'hidden' && talk()?.after === null) after.value = newest()
  }
  onMounted(() => document.addEventListener('visibilitychange', hide))
  onBeforeUnmount(() => document.removeEventListener('visibilitychange', hide))

  return { after, count, begin, forget }
}
