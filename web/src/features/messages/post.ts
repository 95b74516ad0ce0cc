import { watch } from 'vue'

import type { Id } from '@/api/types'
import { line, rooms } from '@/realtime/room'

import { Outbox } from './outbox'

/** The one outbox of the app. */
export const outbox = new Outbox(rooms)

/** Sends what an account has not sent yet whenever there is a connection; the answer ends it. */
export function startPost(account: Id): () => void {
  outbox.enter(account)
  const stop = watch(line, (now) => now === 'open' && outbox.flush(), { immediate: true })
  return () => {
    stop()
    outbox.leave()
  }
}
