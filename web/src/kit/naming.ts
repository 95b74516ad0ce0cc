import { ref } from 'vue'

/** A name as it is being written; an empty one is not saved. */
export function useNaming(saved: string, save: (name: string) => void) {
  const name = ref(saved)

  function rename(written: string): void {
    name.value = written
    if (written.trim()) save(written.trim())
  }
  return { name, rename }
}
