import type { Id } from '@/api/types'

/**
 * People in a text. On the wire one is mentioned as `[@Name](mention:<account id>)`; who writes sees `@Name`, and the
 * composer remembers whom the names mean.
 */

export type Mentioned = ReadonlyMap<string, Id>

const ON_WIRE = /\[@((?:[^\]\\]|\\.)+)\]\(mention:([0-9a-f-]{36})\)/g

/** The text as it travels. */
export function toWire(text: string, mentioned: Mentioned): string {
  // Longer names first: @Ann Lee is not @Ann.
  const names = [...mentioned.keys()].sort((one, other) => other.length - one.length)
  if (names.length === 0) return text
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}\\[])@(${names.map(literal).join('|')})(?![\\p{L}\\p{N}])`, 'gu')
  return text.replace(pattern, (_, name: string) => `[@${name.replace(/[[\]\\*_`]/g, '\\$&')}](mention:${mentioned.get(name) ?? ''})`)
}

/** The text as one writes it, and whom it mentions. */
export function fromWire(wire: string): { text: string; mentioned: Map<string, Id> } {
  const mentioned = new Map<string, Id>()
  const text = wire.replace(ON_WIRE, (_, name: string, id: Id) => {
    const plain = name.replace(/\\(.)/g, '$1')
    mentioned.set(plain, id)
    return `@${plain}`
  })
  return { text, mentioned }
}

/** What is being written after an @ at the caret: where it begins, and the name so far. */
export function mentionAt(text: string, caret: number): { from: number; name: string } | null {
  const found = /(?:^|[\s(])@([\p{L}\p{N}'.-]{0,40}(?: [\p{L}\p{N}'.-]{1,40})?)$/u.exec(text.slice(0, caret))
  if (!found) return null
  const name = found[1] ?? ''
  return { from: caret - name.length - 1, name }
}

/** Without the marks of Markdown that a quotation or a list has no room for. */
export function plainText(wire: string): string {
  return fromWire(wire)
    .text.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`~]{1,3}(?=\S)|(?<=\S)[*_`~]{1,3}|^\s{0,3}(?:#{1,6}|>)\s+/gm, '')
    .trim()
}

const literal = (name: string) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
