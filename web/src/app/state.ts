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

/** Nothing can be written for about so many seconds. */
export function becomeReadOnly(seconds: number): void {
  writable.value = false
  clearTimeout(timer)
  timer = setTimeout(() => (writable.value = true), seconds * 1000)
}
