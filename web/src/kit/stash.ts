import { queryClient } from '@/app/query'
import { meQuery } from '@/app/session'

/** What could not be sent yet, kept on this device for whoever is signed in. */

interface Stash<Fields> {
  /** The version that the change was made from. */
  version: number
  fields: Partial<Fields>
}

/** Each account finds only its own. */
function key(name: string): string {
  return `banyan.unsaved.${queryClient.getQueryData(meQuery.queryKey)?.id ?? ''}.${name}`
}

export function readStash<Fields>(name: string): Stash<Fields> | null {
  try {
    return JSON.parse(localStorage.getItem(key(name)) ?? 'null') as Stash<Fields> | null
  } catch {
    // Storage is forbidden or holds something else: there is nothing to recover.
    return null
  }
}

export function writeStash(name: string, stash: Stash<object>): void {
  try {
    localStorage.setItem(key(name), JSON.stringify(stash))
  } catch {
    // Storage is full or forbidden: then the page itself is the only copy, and leaving it asks.
  }
}

export function dropStash(name: string): void {
  try {
    localStorage.removeItem(key(name))
  } catch {
    // As above.
  }
}

/** The names of what is kept, those that begin with `prefix`. */
export function stashes(prefix: string): string[] {
  const start = key('')
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(start + prefix)).map((name) => name.slice(start.length))
  } catch {
    return []
  }
}
