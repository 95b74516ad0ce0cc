import { onBeforeUnmount, onMounted, type Ref } from 'vue'

/** Links in a question open beside it: they must not lead out of the test. */
export function useLinksBeside(element: Readonly<Ref<HTMLElement | null>>): void {
  function open(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (!link?.href || link.getAttribute('href')?.startsWith('#')) return
    link.target = '_blank'
    link.rel = 'noopener'
  }
  // Before anyone else hears of it.
  onMounted(() => element.value?.addEventListener('click', open, { capture: true }))
  onBeforeUnmount(() => element.value?.removeEventListener('click', open, { capture: true }))
}
