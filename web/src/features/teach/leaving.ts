import { useQueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router'

import { meQuery } from '@/app/session'

import type { Desk } from './desk'

/** How long leaving waits for the last save before it asks. */
const PATIENCE = 2_500

export type LeaveGuard = ReturnType<typeof useLeaveGuard>

/** Saves before the page changes; where that fails, asks once whether to leave all the same. */
export function useLeaveGuard(desk: Pick<Desk, 'flush'>) {
  const queries = useQueryClient()
  const isAsking = ref(false)
  let answer: ((leave: boolean) => void) | null = null

  async function mayLeave(): Promise<boolean> {
    // Whose session has ended can save nothing: what they wrote is on this device until they are back.
    if (!queries.getQueryData(meQuery.queryKey)) return true
    const patience = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), PATIENCE))
    if (await Promise.race([desk.flush(), patience])) return true
    isAsking.value = true
    return new Promise((resolve) => (answer = resolve))
  }

  function decide(leave: boolean): void {
    isAsking.value = false
    answer?.(leave)
    answer = null
  }

  onBeforeRouteUpdate(mayLeave)
  onBeforeRouteLeave(mayLeave)
  return { isAsking, decide }
}
