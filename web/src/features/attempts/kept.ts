import type { Id } from '@/api/types'
import { dropStash, readStash, writeStash } from '@/kit/stash'

import type { Keeping, Kept } from './sending'

/** Answers on this device that the server has not acknowledged, one entry each. */

export const stashOf = (attempt: Id, question: Id) => `answer.${attempt}.${question}`

interface Fields {
  response: unknown
  flagged: boolean
}

/** Null where there is none. */
export function keptAnswer(name: string): Kept | null {
  const stash = readStash<Fields>(name)
  return stash && { number: stash.version, response: stash.fields.response ?? null, flagged: stash.fields.flagged ?? false }
}

export const keeping = (attempt: Id): Keeping => ({
  read: (question) => keptAnswer(stashOf(attempt, question)),
  write: (question, { number, ...fields }) => writeStash(stashOf(attempt, question), { version: number, fields }),
  drop: (question) => dropStash(stashOf(attempt, question)),
})
