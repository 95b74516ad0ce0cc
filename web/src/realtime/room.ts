import { onScopeDispose, readonly, shallowRef, watch } from 'vue'

import { queryClient } from '@/app/query'
import { meQuery } from '@/app/session'

import type { Line } from './connection'
import type { Head, RoomName } from './frames'
import { type RoomHandlers, Rooms } from './rooms'

/** The app's one connection. Whoever is signed in opens it (app/connected.ts). */

export type { RoomHandlers, Rooms }

const state = shallowRef<Line>('closed')

export const line = readonly(state)

export const rooms = new Rooms(`${location.origin.replace(/^http/, 'ws')}/ws`, {
  changed: (now) => (state.value = now),
  // Whether it is so is for GET /me to say, which the whole app listens to.
  signedOut: () => void queryClient.invalidateQueries({ queryKey: meQuery.queryKey }),
})

/** Opens the connection and watches over it; the answer ends it. */
export function connect(): () => void {
  const hurry = () => rooms.hurry()
  const look = () => document.visibilityState === 'visible' && rooms.hurry()
  rooms.open()
  addEventListener('online', hurry)
  addEventListener('offline', hurry)
  document.addEventListener('visibilitychange', look)
  return () => {
    rooms.close()
    removeEventListener('online', hurry)
    removeEventListener('offline', hurry)
    document.removeEventListener('visibilitychange', look)
  }
}

/** Hears a room while the component lives, from the event after `from()` on where it is given; none while `name()` is null. */
export function useRoom(name: () => RoomName | null, handlers: RoomHandlers, from: () => Head | null = () => null): void {
  let leave: (() => void) | null = null
  const end = () => {
    leave?.()
    leave = null
  }
  watch(
    name,
    (now) => {
      end()
      if (now) leave = rooms.join(now, handlers, from())
    },
    { immediate: true },
  )
  onScopeDispose(end)
}
