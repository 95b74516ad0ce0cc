import type { Id, Message } from '@/api/types'

/** Milliseconds within which what one says belongs together. */
const TOGETHER = 5 * 60_000

export interface Row {
  message: Message
  /** The day that begins with it. */
  day: string | null
  /** Its author is named: another one than before, or after a while. */
  isNamed: boolean
  /** The first of others that one has not read. */
  isNew: boolean
}

/** Messages as they are shown, below each other. */
export function rows(
  messages: readonly Message[],
  dayOf: (time: string) => string,
  unreadAfter: number | null,
  me: Id,
): Row[] {
  let before: Message | undefined
  let isNewSeen = false
  return messages.map((message) => {
    const day = dayOf(message.at)
    const isNewDay = !before || dayOf(before.at) !== day
    const isNew = !isNewSeen && unreadAfter !== null && message.seq > unreadAfter && message.author.id !== me
    isNewSeen ||= isNew
    const isNamed = isNewDay || isNew || !before || !belongs(before, message)
    before = message
    return { message, day: isNewDay ? day : null, isNamed, isNew }
  })
}

function belongs(before: Message, message: Message): boolean {
  if (before.author.id !== message.author.id || message.quoted) return false
  return new Date(message.at).getTime() - new Date(before.at).getTime() < TOGETHER
}
