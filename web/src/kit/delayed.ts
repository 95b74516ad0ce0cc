import { type MaybeRefOrGetter, onScopeDispose, ref, shallowRef, toValue, watch } from 'vue'

/** True when `source` has been true for `delay` milliseconds: what is quick shows no sign of loading. */
export function useDelayed(source: MaybeRefOrGetter<boolean>, delay = 150) {
  const shown = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined

  watch(
    () => toValue(source),
    (on) => {
      clearTimeout(timer)
      if (on) timer = setTimeout(() => (shown.value = true), delay)
      else shown.value = false
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  return shown
}

/** `source` as it is once it has kept still for `delay` milliseconds, such as the words of a search. */
export function useSettled<Value>(source: MaybeRefOrGetter<Value>, delay = 250) {
  const settled = shallowRef(toValue(source))
  let timer: ReturnType<typeof setTimeout> | undefined

  watch(
    () => toValue(source),
    (value) => {
      clearTimeout(timer)
      timer = setTimeout(() => (settled.value = value), delay)
    },
  )
  onScopeDispose(() => clearTimeout(timer))
  return settled
}
