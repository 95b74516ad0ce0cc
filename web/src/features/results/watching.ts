import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, onScopeDispose, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'

import { type Doing, live, type Live } from '@/api/results'
import { Problem } from '@/api/problem'
import type { Id } from '@/api/types'
import { useSettled } from '@/kit/delayed'

import { pause } from './pace'

const SECOND = 1_000
/** How long one waits for an answer: one that hangs must not keep the next from being asked for. */
const PATIENCE = 15 * SECOND
/** Seconds, more than the longest pause between two answers: what is older says so. */
const OLD = 25

/**
 * A test as it goes, asked for anew every few seconds: only the page of takers that is shown, never while nobody looks,
 * and ever more seldom while there is no answer.
 */
export function useWatching(test: () => Id) {
  const { t } = useI18n()
  const words = ref('')
  const doing = ref<Doing | 'all'>('all')
  const q = useSettled(() => words.value.trim())
  /** The cursors of the pages that one has come through. */
  const trail = ref<string[]>([])
  watch([q, doing], () => (trail.value = []))

  let failures = 0
  let wait: number | null = null
  async function ask(filter: Parameters<typeof live>[1], signal: AbortSignal): Promise<Live> {
    try {
      const answer = await live(test(), filter, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]))
      failures = 0
      return answer
    } catch (error) {
      if (!signal.aborted) {
        failures += 1
        wait = error instanceof Problem ? error.retryAfter : null
      }
      throw error
    }
  }

  const query = useQuery(() => {
    const filter = { q: q.value, state: doing.value === 'all' ? null : doing.value, after: trail.value.at(-1) }
    return {
      queryKey: ['live', test(), filter],
      queryFn: ({ signal }: { signal: AbortSignal }) => ask(filter, signal),
      placeholderData: keepPreviousData<Live>,
      staleTime: 0,
      gcTime: 0,
      // The next question comes soon enough.
      retry: false,
      refetchInterval: ({ state: { data } }: { state: { data: Live | undefined } }) =>
        pause(failures, data !== undefined && data.answering + data.idle === 0, wait),
    }
  })

  const clock = ref(Date.now())
  const timer = setInterval(() => (clock.value = Date.now()), SECOND)
  onScopeDispose(() => clearInterval(timer))

  const received = ref(Date.now())
  watch(query.dataUpdatedAt, (at) => {
    // What is kept from the page before has none of its own.
    if (at > 0) received.value = at
  })
  /** Whole seconds since the server said so. */
  const age = computed(() => Math.max(0, Math.floor((clock.value - received.value) / SECOND)))
  const isOld = computed(() => query.isError.value || query.fetchStatus.value === 'paused' || age.value > OLD)
  /** The server's time now. */
  const now = computed(() => (query.data.value ? Date.parse(query.data.value.now) + age.value * SECOND : clock.value))

  const states = computed(() =>
    (['all', 'answering', 'idle', 'submitted'] as const).map((value) => ({ value, label: t(`results.doing.${value}`) })),
  )

  function next(): void {
    const cursor = query.data.value?.next
    if (cursor && !query.isPlaceholderData.value) trail.value = [...trail.value, cursor]
  }

  function previous(): void {
    trail.value = trail.value.slice(0, -1)
  }
  return { words, q, doing, states, trail, query, age, isOld, now, next, previous }
}
