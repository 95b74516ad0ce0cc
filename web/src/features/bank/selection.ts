import { computed, ref, watch } from 'vue'

import type { BankQuestion } from '@/api/questions'
import type { Id } from '@/api/types'

/** Which of the questions in sight are chosen to do something with. */
export function useSelection(questions: () => readonly BankQuestion[]) {
  const ids = ref(new Set<Id>())
  const selected = computed(() => questions().filter(({ id }) => ids.value.has(id)))
  const isAll = computed(() => selected.value.length > 0 && selected.value.length === questions().length)

  // What has left the list is no longer meant.
  watch(questions, (shown) => {
    const there = new Set(shown.map(({ id }) => id))
    ids.value = new Set([...ids.value].filter((id) => there.has(id)))
  })

  function toggle(id: Id): void {
    if (!ids.value.delete(id)) ids.value.add(id)
  }
  function toggleAll(): void {
    ids.value = new Set(isAll.value ? [] : questions().map(({ id }) => id))
  }
  return { ids, selected, isAll, toggle, toggleAll, clear: () => ids.value.clear() }
}
