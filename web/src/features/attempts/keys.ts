import { onBeforeUnmount, onMounted } from 'vue'

import { keysWanted } from '@/kit/keys'

/** Where letters and numbers are an answer. A thing to choose is none of them: a number chooses another. */
const WRITING = 'textarea, select, input:not([type=radio], [type=checkbox]), [contenteditable=true], dialog'

/** Single keys in a test: they also work with the focus on a choice, unlike those of other pages. */
export function useTakingKeys(press: (key: string, target: Element | null) => boolean): void {
  function hear(event: KeyboardEvent): void {
    if (!keysWanted.value || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    const target = event.target instanceof Element ? event.target : null
    if (target?.closest(WRITING) || document.querySelector('dialog[open]')) return
    if (press(event.key, target)) event.preventDefault()
  }
  onMounted(() => addEventListener('keydown', hear))
  onBeforeUnmount(() => removeEventListener('keydown', hear))
}
