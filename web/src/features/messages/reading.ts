import { useQueryClient } from '@tanstack/vue-query'
import { onBeforeUnmount, onMounted, type Ref, watch } from 'vue'

import { moveMarker } from '@/api/messages'
import type { Group } from '@/api/types'
import { inboxQuery } from '@/features/groups/inbox'
import { line, rooms } from '@/realtime/room'

/** Milliseconds that a message must have been on screen. */
const MOMENT = 600

/**
 * Tells how far one has read: up to the newest message that has been on screen while one looks at the page. `left` is how
 * many are to be read still, where that is known.
 */
export function useMarker(group: () => Group, newestSeen: Readonly<Ref<number>>, left: () => number | null) {
  const queries = useQueryClient()
  let told = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const isReading = () => group().standing === 'member' && document.visibilityState === 'visible'

  function tell(): void {
    const seq = newestSeen.value
    if (!isReading() || seq <= told) return
    told = seq
    const { id } = group()
    if (!rooms.read(`group:${id}`, seq)) moveMarker(id, seq).catch(() => (told = 0))
  }

  /** My groups know it at once, the server a moment later. */
  function see(): void {
    const [{ id }, seq, unread] = [group(), newestSeen.value, left()]
    queries.setQueryData(inboxQuery.queryKey, (known) =>
      known?.map((entry) => {
        if (entry.id !== id || seq < entry.read_seq) return entry
        const rest = unread === null ? {} : { unread, mentioned: entry.mentioned && unread > 0 }
        return { ...entry, ...rest, read_seq: seq }
      }),
    )
  }

  const later = () => {
    if (isReading()) see()
    clearTimeout(timer)
    timer = setTimeout(tell, MOMENT)
  }
  watch([newestSeen, line], later)
  onMounted(() => document.addEventListener('visibilitychange', later))
  onBeforeUnmount(() => {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', later)
    tell()
  })
}
