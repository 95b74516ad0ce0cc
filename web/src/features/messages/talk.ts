import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, onScopeDispose, ref, shallowRef } from 'vue'

import { messages, type Part } from '@/api/messages'
import type { Problem } from '@/api/problem'
import type { Id, MessagePage } from '@/api/types'
import { groupQuery } from '@/features/groups/queries'
import type { RoomEvent } from '@/realtime/frames'
import { useRoom } from '@/realtime/room'

import { append, apply, keep, prepend } from './apply'
import type { GroupEvent } from './events'
import { usePresent } from './present'
import { talkQuery } from './queries'

/** Messages that stay in memory when one leaves the group's page. */
const MOST_LEFT = 100
/** Messages at once on a page: each new one costs as much as there are. */
const MOST = 400
/** Milliseconds until what could not be fetched is asked for again. */
const PAUSE = 2_000

/** What is said in a group, as it is now; `at` is the message that one came for. */
export function useTalk(group: Id, at: number | undefined) {
  const queries = useQueryClient()
  const { queryKey } = talkQuery(group)
  const query = useQuery(talkQuery(group, at))
  const talk = computed(() => query.data.value)
  const present = usePresent()
  /** Which end is being fetched. */
  const loading = ref<'before' | 'after' | null>(null)
  const refused = shallowRef<Problem | null>(null)
  let held: GroupEvent[] | null = null
  let isGone = false

  const change = (to: (talk: MessagePage) => MessagePage) =>
    queries.setQueryData(queryKey, (known) => known && to(known))

  function take(event: GroupEvent): void {
    if (held) held.push(event)
    else change((known) => apply(known, event))
    tell(event)
  }

  /** What else shows the group: who is in it, what it is called, what is pinned. */
  function tell(event: GroupEvent): void {
    if (event.type === 'message') present.wrote(event.data.author.id)
    else if (event.type === 'group_changed') {
      const { group: changed } = event.data
      queries.setQueryData(groupQuery(group).queryKey, (known) => known && { ...known, ...changed })
    } else if (event.type.startsWith('member_')) {
      void queries.invalidateQueries({ queryKey: groupQuery(group).queryKey, exact: true })
      void queries.invalidateQueries({ queryKey: ['group', group, 'members'] })
    } else if (event.type !== 'reaction') {
      void queries.invalidateQueries({ queryKey: ['group', group, 'pins'] })
    }
  }

  /** Another part instead; what happens meanwhile is put on top of it. */
  async function replace(part?: Part): Promise<void> {
    held ??= []
    try {
      const fresh = await messages(group, part)
      queries.setQueryData(queryKey, held.reduce(apply, fresh))
    } catch (error) {
      const missed = held
      change((known) => missed.reduce(apply, known))
      throw error
    } finally {
      held = null
    }
  }

  /** The room has gone on without us: what is here has gaps, until the newest could be fetched. */
  async function resync(): Promise<void> {
    while (!isGone) {
      try {
        await replace()
        return
      } catch {
        await new Promise((resolve) => setTimeout(resolve, PAUSE))
      }
    }
  }

  async function more(end: 'before' | 'after'): Promise<void> {
    const from = talk.value?.[end]
    if (from == null || loading.value) return
    loading.value = end
    try {
      const page = await messages(group, end === 'before' ? { before: from } : { after: from })
      change((known) => (end === 'before' ? keep(prepend(known, page), 'first', MOST) : keep(append(known, page), 'last', MOST)))
    } finally {
      loading.value = null
    }
  }

  /** Lets go of what is far up; only for one who looks at the newest. */
  function trim(): void {
    if ((talk.value?.items.length ?? 0) > MOST) change((known) => keep(known, 'last', MOST / 2))
  }

  useRoom(
    () => (talk.value ? `group:${group}` : null),
    {
      joined: (joined) => {
        present.see(joined.present)
        refused.value = null
      },
      event: (event: RoomEvent) => take(event as GroupEvent),
      ephemeral: present.hear,
      resync: () => void resync(),
      refused: (problem) => {
        refused.value = problem
        void queries.invalidateQueries({ queryKey: groupQuery(group).queryKey, exact: true })
      },
    },
    () => talk.value ?? null,
  )

  // Coming back goes on from here, if it is the newest and not too much.
  onScopeDispose(() => {
    isGone = true
    const known = queries.getQueryData(queryKey)
    if (known?.after !== null || held) queries.removeQueries({ queryKey })
    else change((mine) => keep(mine, 'last', MOST_LEFT))
  })

  return { query, talk, present, loading, refused, more, replace, trim }
}
