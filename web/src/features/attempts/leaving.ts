import { ref } from 'vue'
import { type RouteLocationNormalized, useRouter } from 'vue-router'

/** Asks once before one leaves; where to go is remembered meanwhile. */
export function useLeaving(mustAsk: () => boolean) {
  const router = useRouter()
  const isAsking = ref(false)
  let target: string | null = null
  let isDecided = false

  function guard(to: RouteLocationNormalized): boolean {
    // Who is signed out has to sign in first, and comes back.
    if (isDecided || !mustAsk() || to.name === 'signin') return true
    target = to.fullPath
    isAsking.value = true
    return false
  }

  function leave(): void {
    isDecided = true
    isAsking.value = false
    if (target) void router.push(target)
  }

  return { isAsking, guard, leave }
}
