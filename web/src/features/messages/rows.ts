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

interface Options {
  /** The day of a time, where one lives. */
  dayOf: (time: string) => string
  unreadAfter: number | null
  me: Id
  /** What they were: a row in which nothing has changed stays the same object, and is not drawn again. */
  known?: readonly Row[] | undefined
}

/** Messages as they are shown, below each other. */
export function rows(messages: readonly Message[], { dayOf, unreadAfter, me, known = [] }: Options): Row[] {
  const last = new Map(known.map((row) => [row.message, row]))
  let before: Message | undefined
  let isNewSeen = false
  return messages.map((message) => {
    const day = dayOf(message.at)
    const isNewDay = !before || dayOf(before.at) !== day
    const isNew = !isNewSeen && unreadAfter !== null && message.seq > unreadAfter && message.author.id !== me
    isNewSeen ||= isNew
    const isNamed = isNewDay || isNew || !before || !belongs(before, message)
    before = message
    const row = { message, day: isNewDay ? day : null, isNamed, isNew }
    const same = last.get(message)
    return same?.day === row.day && same.isNamed === isNamed && same.isNew === isNew ? same : row
  })
}

function belongs(before: Message, message: Message): boolean {
  if (before.author.id !== message.author.id || message.quoted) return false
  return new Date(message.at).getTime() - new Date(before.at).getTime() < TOGETHER
}
