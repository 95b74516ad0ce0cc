import { useQueryClient } from '@tanstack/vue-query'
import { nextTick, onBeforeUnmount, onMounted, type Ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute } from 'vue-router'

import type { ItemPage, ItemState } from '@/api/types'
import { courseQuery, enrolmentsQuery, itemQuery } from '@/features/courses/queries'
import { announce } from '@/kit/announce'
import { useProblemText } from '@/kit/problems'
import { fail } from '@/kit/toasts'

import { flush, send } from './outbox'
import { useScroll } from './scroll'

/** Between two sendings of the place while one reads, in milliseconds. */
const PAUSE = 15_000
/** How long one must have been with a lesson before its end counts as read. */
const LEAST = 4_000
/** Moves smaller than this part of the text are not worth sending. */
const STEP = 0.01

/** Remembers how far one has read in an item, takes one back there, and notices the end. */
export function useReading(page: Ref<ItemPage | undefined>, article: Readonly<Ref<HTMLElement | null>>) {
  const { t } = useI18n()
  const route = useRoute()
  const queries = useQueryClient()
  const problemText = useProblemText()
  const scroll = useScroll(article, () => page.value?.toc ?? [])

  let opened = 0
  let sentPlace = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function save(state: ItemState, place: number, keepalive = false): Promise<void> {
    const item = page.value
    if (!item || item.locked) return
    const { course_id: course, id } = item
    sentPlace = place
    // Known here at once; the server's word follows.
    queries.setQueryData(itemQuery(course, id).queryKey, (old) => old && { ...old, state, place })
    try {
      const saved = await send(course, id, { state, place }, keepalive)
      queries.setQueryData(courseQuery(course).queryKey, (old) => {
        if (!old?.progress) return old
        const items = { ...old.progress.items, [id]: saved?.state ?? state }
        const { percent, completed_at } = saved ?? old.progress
        return { ...old, progress: { ...old.progress, items, percent, completed_at } }
      })
      // Where to go on is the server's to say.
      if (state === 'done') void queries.invalidateQueries({ queryKey: courseQuery(course).queryKey })
      void queries.invalidateQueries({ queryKey: enrolmentsQuery.queryKey })
      void queries.invalidateQueries({ queryKey: ['timeline'] })
    } catch (error) {
      if (state === 'done') fail(problemText(error), { label: t('app.retry'), run: () => save(state, place) })
    }
  }

  async function finish(): Promise<void> {
    clearTimeout(timer)
    if (page.value?.state === 'done') return
    const saving = save('done', 1)
    announce(t('reading.finished'))
    await saving
  }

  /** Sends the place, if one is still reading and has moved. */
  function remember(keepalive = false): void {
    const item = page.value
    if (!item || item.state === 'done') return
    if (Math.abs(scroll.place.value - sentPlace) >= STEP) void save('started', scroll.place.value, keepalive)
  }

  function keepRemembering(): void {
    clearTimeout(timer)
    timer = setTimeout(() => {
      remember()
      keepRemembering()
    }, PAUSE)
  }

  function atEnd(): void {
    const item = page.value
    if (item?.kind !== 'lesson' || item.state === 'done' || scroll.seen.value < 1) return
    const early = LEAST - (Date.now() - opened)
    if (early > 0) setTimeout(() => page.value?.id === item.id && atEnd(), early)
    else void finish()
  }

  /** Another item: back to where one was in it. */
  async function open(item: ItemPage): Promise<void> {
    opened = Date.now()
    sentPlace = item.place
    await nextTick()
    const named = route.hash && document.getElementById(decodeURIComponent(route.hash.slice(1)))
    if (named) named.scrollIntoView()
    else if (item.state === 'started' && item.place > STEP) scroll.goTo(item.place)
    scroll.measure()
    if (item.state === null) void save('started', 0)
    keepRemembering()
  }

  watch(
    () => page.value?.id,
    () => page.value && void open(page.value),
    { immediate: true, flush: 'post' },
  )
  watch(scroll.seen, atEnd)

  const hide = () => document.visibilityState === 'hidden' && remember(true)
  const back = () => void flush()
  onMounted(() => {
    document.addEventListener('visibilitychange', hide)
    addEventListener('online', back)
    back()
  })
  onBeforeUnmount(() => {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', hide)
    removeEventListener('online', back)
    remember(true)
  })

  return { ...scroll, finish }
}
