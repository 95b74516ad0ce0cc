import type { File, Id, Message, Time } from '@/api/types'

/** Messages that nobody has acknowledged yet, one entry each, on this device: several windows never overwrite each other. */

export interface Letter {
  key: string
  group: Id
  text: string
  quoted: Message['quoted']
  files: File[]
  at: Time
  /** Why the server would not take it. */
  refused?: { code: string; detail: string; status: number }
}

const prefix = (account: Id) => `banyan.letters.${account}.`

/** Those of an account, in the order in which they were written. */
export function letters(account: Id): Letter[] {
  const found: Letter[] = []
  try {
    for (const name of Object.keys(localStorage).filter((name) => name.startsWith(prefix(account)))) {
      found.push(JSON.parse(localStorage.getItem(name) ?? '') as Letter)
    }
  } catch {
    // Storage is forbidden or holds something else: what could be read is what there is.
  }
  return found.sort((one, other) => (one.at < other.at ? -1 : 1))
}

/** False where the device keeps nothing: then the page is the only copy. */
export function keep(account: Id, letter: Letter): boolean {
  try {
    localStorage.setItem(prefix(account) + letter.key, JSON.stringify(letter))
    return true
  } catch {
    return false
  }
}

export function drop(account: Id, key: string): void {
  try {
    localStorage.removeItem(prefix(account) + key)
  } catch {
    // As above.
  }
}
