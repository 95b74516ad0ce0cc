import { onBeforeUnmount, onMounted } from 'vue'

const TYPING = 'input, textarea, select, [contenteditable=true], dialog, [role=menu], [role=tablist]'

/** Single keys for the page that is open; none while one writes, chooses from a menu or holds a modifier. */
export function useKeys(keys: Record<string, (event: KeyboardEvent) => void>): void {
  function press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    if (event.target instanceof Element && event.target.closest(TYPING)) return
    if (document.querySelector('dialog[open]')) return
    keys[event.key]?.(event)
  }
  onMounted(() => addEventListener('keydown', press))
  onBeforeUnmount(() => removeEventListener('keydown', press))
}
