import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref, watch } from 'vue'
import { type LocationQuery, useRoute, useRouter } from 'vue-router'

import type { GivenResponse, Sheet, Wanted } from '@/api/grading'
import type { Id, List } from '@/api/types'

import { gradingQuery, oldestQuery, queueQuery, sheetQuery } from './queries'
import { following, placeOf, told, waitingIn } from './queue'

const AHEAD = 5
const FILTERS: readonly Wanted[] = ['waiting', 'graded', 'all']

/** The queue of responses to one question, and the one that lies on the desk, as the address says. */
export function useQueue(test: Id, question: () => Id) {
  const route = useRoute()
  const router = useRouter()
  const queries = useQueryClient()

  // On the way to another page the address is that one's already.
  const asked = computed<LocationQuery>((before) => (before && route.name !== 'test-grading-question' ? before : route.query))
  const wanted = computed<Wanted>({
    get: () => FILTERS.find((name) => name === asked.value.state) ?? 'waiting',
    set: (state) => void router.replace({ query: { state } }),
  })
  const options = computed(() => queueQuery(test, question(), wanted.value))
  const query = useInfiniteQuery(options)
  const queue = computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? [])
  const current = computed(() => {
    const { attempt } = asked.value
    return typeof attempt === 'string' ? attempt : queue.value[0]?.attempt_id
  })
  const at = computed(() => placeOf(queue.value, current.value))
  const left = computed(() => waitingIn(queue.value).length)
  const previous = computed(() => queue.value[at.value - 1])
  const next = computed(() => queue.value[at.value + 1])
  /** The last of those that waited is saved. */
  const isDone = ref(false)

  function open({ attempt_id: attempt }: GivenResponse): void {
    isDone.value = false
    void router.replace({ query: { ...route.query, attempt } })
  }

  async function proceed(sheet: Sheet): Promise<void> {
    const { queryKey } = options.value
    queries.setQueryData<InfiniteData<List<GivenResponse>, string | undefined>>(queryKey, (known) =>
      known && { ...known, pages: known.pages.map((page) => ({ ...page, items: told(page.items, sheet) })) },
    )
    void queries.invalidateQueries({ queryKey: gradingQuery(test).queryKey, exact: true })
    void queries.invalidateQueries({ queryKey: oldestQuery(test, question()).queryKey })
    const find = () => following(queue.value, sheet.attempt_id, wanted.value)
    let found = find()
    if (!found && query.hasNextPage.value) {
      await query.fetchNextPage()
      found = find()
    }
    if (found) open(found)
    else if (wanted.value === 'waiting') isDone.value = true
  }

  watch([wanted, question], () => (isDone.value = false))
  watch([at, () => queue.value.length], ([place, length]) => {
    if (place >= length - AHEAD && query.hasNextPage.value && !query.isFetching.value) void query.fetchNextPage()
  })
  watch(next, (ahead) => {
    if (ahead) void queries.query(sheetQuery(ahead.attempt_id, question())).catch(() => undefined)
  })

  return { wanted, query, queue, current, at, left, previous, next, isDone, open, proceed }
}
