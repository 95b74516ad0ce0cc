import { readonly, ref } from 'vue'

const text = ref('')

/** What the live region of the frame says to screen readers. */
export const announcement = readonly(text)

/** Tells those who cannot see it what has just changed. The same words twice are told twice. */
export function announce(words: string): void {
  text.value = text.value === words ? `${words} ` : words
}
