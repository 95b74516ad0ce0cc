import { onBeforeUnmount, onMounted, ref, watch } from 'vue'

/** Where keys mean something of their own. */
const OWN = 'input, textarea, select, [contenteditable=true], dialog, pre, video, audio, [role=menu], [role=tablist]'
const STORED = 'banyan.keys'

/**
 * Whether single keys do anything: who dictates, or hits keys by chance, can switch them off (WCAG 2.1.4). Remembered in
 * this browser.
 */
export const keysWanted = ref(stored())

watch(keysWanted, (wanted) => {
  try {
    localStorage.setItem(STORED, wanted ? 'on' : 'off')
  } catch {
    // Storage is forbidden: the choice holds for this visit.
  }
})

/** Single keys for the page that is open; none while one writes, chooses from a menu or holds a modifier. */
export function useKeys(keys: Record<string, (event: KeyboardEvent) => void>): void {
  function press(event: KeyboardEvent): void {
    if (!keysWanted.value || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    if (event.target instanceof Element && event.target.closest(OWN)) return
    if (document.querySelector('dialog[open]')) return
    const act = keys[event.key]
    if (!act) return
    event.preventDefault()
    act(event)
  }
  onMounted(() => addEventListener('keydown', press))
  onBeforeUnmount(() => removeEventListener('keydown', press))
}

function stored(): boolean {
  try {
    return localStorage.getItem(STORED) !== 'off'
  } catch {
    return true
  }
}
