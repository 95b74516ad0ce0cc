import { computed, nextTick, onBeforeUnmount, onMounted, ref, type Ref, watch } from 'vue'

import type { Part } from '@/api/messages'
import type { MessagePage } from '@/api/types'

/** Pixels from an end at which what lies beyond is fetched. */
const AHEAD = 600
/** Pixels from the end that still count as being there. */
const NEAR = 60
/** Milliseconds for which the message that one jumped to is marked. */
const MARKED = 2_500

interface Options {
  talk: () => MessagePage | undefined
  /** Fetches what lies beyond an end. */
  more: (end: 'before' | 'after') => Promise<void>
  replace: (part?: Part) => Promise<void>
}

/** Where in the messages the window stands: it keeps its place when others come before or after, and its end at the end. */
export function useLogScroll(scroller: Readonly<Ref<HTMLElement | null>>, { talk, more, replace }: Options) {
  const isAtEnd = ref(true)
  /** The newest message that has been on screen. */
  const newestSeen = ref(0)
  const marked = ref<number | null>(null)
  let isPlaced = false
  let top = 0
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const first = computed(() => talk()?.items[0]?.seq)
  const element = (seq: number) => scroller.value?.querySelector<HTMLElement>(`[data-seq="${seq}"]`) ?? null

  function measure(): void {
    frame = 0
    const box = scroller.value
    const known = talk()
    if (!box || !known || !isPlaced) return
    const left = box.scrollHeight - box.scrollTop - box.clientHeight
    // Only by moving up does one leave the end; when what is there grows, the window follows.
    const stays = isAtEnd.value && box.scrollTop >= top
    isAtEnd.value = known.after === null && (left < NEAR || stays)
    if (isAtEnd.value) toEnd()
    top = box.scrollTop
    if (document.visibilityState === 'visible') newestSeen.value = Math.max(newestSeen.value, lowest(box))
    if (box.scrollTop < AHEAD) void more('before').catch(() => undefined)
    if (left < AHEAD) void more('after').catch(() => undefined)
  }

  const later = () => {
    frame ||= requestAnimationFrame(measure)
  }

  function toEnd(): void {
    const box = scroller.value
    if (box) box.scrollTop = box.scrollHeight
  }

  /** The newest messages, whatever part is shown. */
  async function toNewest(): Promise<void> {
    if (talk()?.after !== null) await replace()
    await nextTick()
    toEnd()
    isAtEnd.value = true
    later()
  }

  function show(seq: number): boolean {
    const at = element(seq)
    if (!at) return false
    isAtEnd.value = false
    at.scrollIntoView({ block: 'center' })
    at.focus({ preventScroll: true })
    marked.value = seq
    clearTimeout(timer)
    timer = setTimeout(() => (marked.value = null), MARKED)
    later()
    return true
  }

  /** Goes to a message; false where it cannot be found. */
  async function jumpTo(seq: number): Promise<boolean> {
    if (show(seq)) return true
    await replace({ around: seq })
    await nextTick()
    return show(seq)
  }

  /** The first time: at the message that one came for, else at the first unread one, else at the end. */
  function place(at: number | undefined): void {
    if (isPlaced) return
    isPlaced = true
    if (at !== undefined && show(at)) return
    const line = scroller.value?.querySelector('[data-unread]')
    if (line) line.scrollIntoView({ block: 'center' })
    else toEnd()
    later()
  }

  // What comes or goes in front moves everything: the window moves with it.
  let held: { seq: number; top: number } | null = null
  watch(first, () => (held = scroller.value && highest(scroller.value)))
  watch(
    first,
    () => {
      const box = scroller.value
      const at = held && element(held.seq)
      if (!box || !held || !at) return
      box.scrollTop += at.getBoundingClientRect().top - held.top
      top = box.scrollTop
    },
    { flush: 'post' },
  )
  watch(talk, later, { flush: 'post' })

  let sizes: ResizeObserver | undefined
  onMounted(() => {
    sizes = new ResizeObserver(() => {
      if (isPlaced && isAtEnd.value) toEnd()
      later()
    })
    if (scroller.value) {
      sizes.observe(scroller.value)
      for (const child of scroller.value.children) sizes.observe(child)
    }
    document.addEventListener('visibilitychange', later)
  })
  onBeforeUnmount(() => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    sizes?.disconnect()
    document.removeEventListener('visibilitychange', later)
  })

  return { isAtEnd, newestSeen, marked, measure: later, place, toEnd, toNewest, jumpTo }
}

/** The highest message of which something can be seen, and where it stands. */
function highest(box: HTMLElement): { seq: number; top: number } | null {
  const edge = box.getBoundingClientRect().top
  for (const message of box.querySelectorAll<HTMLElement>('[data-seq]')) {
    const { top, bottom } = message.getBoundingClientRect()
    if (bottom > edge) return { seq: Number(message.dataset.seq), top }
  }
  return null
}

/** The seq of the lowest message of which something can be seen. */
function lowest(box: HTMLElement): number {
  const { bottom } = box.getBoundingClientRect()
  const all = box.querySelectorAll<HTMLElement>('[data-seq]')
  for (let at = all.length - 1; at >= 0; at--) {
    const message = all[at]
    if (message && message.getBoundingClientRect().top < bottom - 16) return Number(message.dataset.seq)
  }
  return 0
}
