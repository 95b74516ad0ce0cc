import { type Ref, ref, watch } from 'vue'

import { typed } from './numbers'

/** The text of a field for a number. As it is typed, `1.` and `1,0` stay as they are. */
export function useNumberText(value: () => number | null, read: (text: string) => number | null): Ref<string> {
  const text = ref(typed(value()))
  watch(value, (now) => {
    const mine = read(text.value)
    if (!Object.is(now, mine) && (typed(now) === '' || typed(now) !== typed(mine))) text.value = typed(now)
  })
  return text
}
