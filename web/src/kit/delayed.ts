import { type MaybeRefOrGetter, onScopeDispose, ref, toValue, watch } from 'vue'

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
