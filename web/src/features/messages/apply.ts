import type { Id, Message, MessagePage, Reaction } from '@/api/types'

import type { GroupEvent } from './events'

/**
 * What a part of a group's messages is after an event: exactly what fetching that part anew would give. An event that
 * it has had changes nothing. Parts that are fetched later than the rest may be ahead of it; the events in between set
 * them once more to what they are.
 */
export function apply(talk: MessagePage, event: GroupEvent): MessagePage {
  if (event.seq <= talk.seq) return talk
  return { ...talk, items: applied(talk, event), seq: event.seq }
}

/** Older messages in front. */
export function prepend(talk: MessagePage, older: MessagePage): MessagePage {
  const first = talk.items[0]?.seq ?? Infinity
  return { ...talk, items: [...older.items.filter(({ seq }) => seq < first), ...talk.items], before: older.before }
}

/** Newer messages at the end, for a part that did not reach the newest one. */
export function append(talk: MessagePage, newer: MessagePage): MessagePage {
  const last = talk.items.at(-1)?.seq ?? 0
  const items = [...talk.items, ...newer.items.filter(({ seq }) => seq > last)]
  // A message that came meanwhile, after what was fetched, is on neither side: there is more to fetch.
  const after = newer.after ?? (talk.seq > newer.seq ? (items.at(-1)?.seq ?? null) : null)
  return { ...talk, items, after }
}

/** At most so many, from an end; what is let go of is fetched again by whoever comes back to it. */
export function keep(talk: MessagePage, end: 'first' | 'last', count: number): MessagePage {
  if (talk.items.length <= count) return talk
  if (end === 'last') {
    const items = talk.items.slice(-count)
    return { ...talk, items, before: items[0]?.seq ?? null }
  }
  const items = talk.items.slice(0, count)
  return { ...talk, items, after: items.at(-1)?.seq ?? null }
}

function applied(talk: MessagePage, event: GroupEvent): Message[] {
  switch (event.type) {
    case 'message':
      return joined(talk, event.data)
    case 'message_edited':
      return talk.items.map((message) =>
        message.seq === event.data.seq ? event.data : requoted(message, event.data.seq, event.data.text, false),
      )
    case 'message_deleted':
      return talk.items.map((message) =>
        message.seq === event.data.seq
          ? emptied(message, event.data.at)
          : requoted(message, event.data.seq, '', true),
      )
    case 'reaction': {
      const { seq, emoji, added, author } = event.data
      return change(talk, seq, ({ reactions }) => ({ reactions: reacted(reactions, emoji, author.id, added) }))
    }
    case 'pin': {
      const { seq, pinned } = event.data
      return change(talk, seq, () => ({ pinned }))
    }
    default:
      return talk.items
  }
}

/** A part that ends earlier gets it when it is fetched. */
function joined({ items, after }: MessagePage, message: Message): Message[] {
  if (after !== null || (items.at(-1)?.seq ?? 0) >= message.seq) return items
  return [...items, message]
}

function change({ items }: MessagePage, seq: number, to: (message: Message) => Partial<Message>): Message[] {
  return items.map((message) => (message.seq === seq && !message.deleted_at ? { ...message, ...to(message) } : message))
}

function emptied(message: Message, at: string): Message {
  return {
    ...message,
    text: '',
    html: '',
    files: [],
    mentions: [],
    reactions: [],
    deleted_at: at,
    pinned: false,
  }
}

function requoted(message: Message, seq: number, text: string, deleted: boolean): Message {
  const { quoted } = message
  return quoted?.seq === seq ? { ...message, quoted: { ...quoted, text: excerpt(text), deleted } } : message
}

/** As much of a message as the server quotes. */
const EXCERPT = 200
export const excerpt = (text: string) => Array.from(text).slice(0, EXCERPT).join('')

/** In the order of the server: emoji by their code points, people by their ids. */
function reacted(reactions: Reaction[], emoji: string, account: Id, added: boolean): Reaction[] {
  const known = reactions.find((reaction) => reaction.emoji === emoji)
  const accounts = (known?.accounts ?? []).filter((id) => id !== account)
  if (added) accounts.push(account)
  const others = reactions.filter((reaction) => reaction !== known)
  if (accounts.length === 0) return others
  return [...others, { emoji, accounts: accounts.sort() }].sort((one, other) => byCodePoint(one.emoji, other.emoji))
}

function byCodePoint(one: string, other: string): number {
  const [left, right] = [one, other].map((text) => Array.from(text, (sign) => sign.codePointAt(0) ?? 0)) as [number[], number[]]
  const at = left.findIndex((point, index) => point !== right[index])
  return at < 0 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? -1)
}
