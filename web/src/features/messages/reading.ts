import { useQueryClient } from '@tanstack/vue-query'
import { onBeforeUnmount, onMounted, type Ref, watch } from 'vue'

import { moveMarker } from '@/api/messages'
import type { Group, Id } from '@/api/types'
import { inboxQuery } from '@/features/groups/inbox'
import { line, rooms } from '@/realtime/room'

/** Milliseconds that a message must have been on screen. */
const MOMENT = 600

/** Tells how far one has read: up to the newest message that is on screen while one looks at the page. */
export function useMarker(group: () => Group, newestSeen: Ref<number>) {
  const queries = useQueryClient()
  let told = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function tell(): void {
    const seq = newestSeen.value
    if (group().standing !== 'member' || document.visibilityState !== 'visible' || seq <= told) return
    told = seq
    const { id } = group()
    if (!rooms.read(`group:${id}`, seq)) moveMarker(id, seq).catch(() => (told = 0))
    see(id, seq)
  }

  /** My groups know it at once; how many are left is theirs to count when it is not all. */
  function see(id: Id, seq: number): void {
    queries.setQueryData(inboxQuery.queryKey, (known) =>
      known?.map((entry) => {
        if (entry.id !== id || entry.read_seq >= seq) return entry
        const isAll = seq >= (entry.last?.seq ?? 0)
        return { ...entry, read_seq: seq, ...(isAll && { unread: 0, mentioned: false }) }
      }),
    )
  }

  const later = () => {
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
