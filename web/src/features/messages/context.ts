import { inject, type InjectionKey, provide } from 'vue'

import type { Group, Id, Message } from '@/api/types'

import type { MessageActions } from './actions'

/** What every message of a group needs to know of where it is. */
export interface TalkContext {
  readonly group: Group
  readonly me: Id
  /** May write, react and reply now. */
  readonly canPost: boolean
  readonly canModerate: boolean
  actions: MessageActions
  nameOf: (id: Id) => string
  reply: (message: Message) => void
  edit: (message: Message) => void
  /** Chooses a reaction. */
  pick: (message: Message) => void
  report: (message: Message) => void
  jumpTo: (seq: number) => void
}

const key: InjectionKey<TalkContext> = Symbol('talk')

export const provideTalk = (context: TalkContext) => provide(key, context)

export function useTalkContext(): TalkContext {
  const context = inject(key)
  if (!context) throw new Error('A message stands outside of a group')
  return context
}
