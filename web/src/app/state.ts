import { readonly, ref } from 'vue'

/** What the whole frame must know, whichever page is open. */

const online = ref(navigator.onLine)
const writable = ref(true)
let timer: ReturnType<typeof setTimeout> | undefined

addEventListener('online', () => (online.value = true))
addEventListener('offline', () => (online.value = false))

export const isOnline = readonly(online)

/** False while the server takes no writes. */
export const isWritable = readonly(writable)

/** Nothing can be written for about so many seconds; then, but not everyone at once, `look` finds out. 0: it can. */
export function becomeReadOnly(seconds: number, look: () => unknown): void {
  clearTimeout(timer)
  writable.value = !seconds
  if (seconds) timer = setTimeout(look, (seconds + 20 * Math.random()) * 1000)
}
