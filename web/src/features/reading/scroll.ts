import { onBeforeUnmount, onMounted, readonly, ref, type Ref } from 'vue'

/** The height of what covers the top of the page. */
const COVERED = 72

/**
 * Where in a text the window stands. The place is counted in blocks, not in pixels: it means the same on a phone and on
 * a desk, and before and after the pictures have come.
 */
export function useScroll(article: Readonly<Ref<HTMLElement | null>>, headings: () => readonly { id: string }[]) {
  /** The fraction of the text's blocks above the window: where one reads. */
  const place = ref(0)
  /** The text's fraction that has been on screen. */
  const seen = ref(0)
  /** The heading under which one reads. */
  const heading = ref<string | null>(null)
  let frame = 0

  function measure(): void {
    frame = 0
    const box = article.value?.getBoundingClientRect()
    if (!box || box.height === 0) return
    place.value = placeIn(article.value)
    seen.value = clamp((innerHeight - box.top) / box.height)
    heading.value = headings().reduce<string | null>((last, { id }) => {
      const top = document.getElementById(id)?.getBoundingClientRect().top
      return top !== undefined && top <= COVERED + 24 ? id : last
    }, null)
  }

  function later(): void {
    frame ||= requestAnimationFrame(measure)
  }

  /** Goes to where `fraction` of the text is above. */
  function goTo(fraction: number): void {
    const blocks = article.value?.children ?? []
    const at = clamp(fraction) * blocks.length
    const box = blocks[Math.floor(at)]?.getBoundingClientRect()
    if (box) scrollTo({ top: scrollY + box.top + box.height * (at % 1) - COVERED, behavior: 'instant' })
  }

  onMounted(() => {
    addEventListener('scroll', later, { passive: true })
    addEventListener('resize', later, { passive: true })
    later()
  })
  onBeforeUnmount(() => {
    cancelAnimationFrame(frame)
    removeEventListener('scroll', later)
    removeEventListener('resize', later)
  })

  return { place: readonly(place), seen: readonly(seen), heading: readonly(heading), goTo, measure: later }
}

function placeIn(article: HTMLElement | null): number {
  const blocks = [...(article?.children ?? [])]
  const at = blocks.findIndex((block) => block.getBoundingClientRect().bottom > COVERED)
  const box = blocks[at]?.getBoundingClientRect()
  if (!box) return blocks.length ? 1 : 0
  return clamp((at + clamp((COVERED - box.top) / Math.max(1, box.height))) / blocks.length)
}

const clamp = (fraction: number) => Math.min(1, Math.max(0, fraction))
