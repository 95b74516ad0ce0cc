import { onScopeDispose, watch } from 'vue'

import { useMe } from './session'
import { isOnline } from './state'

/** Keeps one connection for whoever is signed in. Its code comes after the first page. */
export function useLive(): void {
  const { account } = useMe()
  let entered: string | undefined
  let leave = (): void => undefined

  watch(
    [() => account.value?.id, isOnline],
    async ([id]) => {
      if (id === entered) return
      leave()
      leave = () => undefined
      entered = id
      if (!id) return
      try {
        const { enter } = await import('./connected')
        if (account.value?.id === id) leave = enter(id)
      } catch {
        // The code could not be had: once more when the network comes back.
        entered = undefined
      }
    },
    { immediate: true },
  )
  onScopeDispose(() => leave())
}
