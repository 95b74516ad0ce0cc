import type { Body } from '@/api/bodies'
import type { FieldProblem } from '@/api/problem'

import { BLANK, isBlank } from './numbers'

/**
 * A question as it goes to the server: without rows in which nothing is written, such as the fourth choice of three, and
 * without numbers that are not written yet. What the server says of it is told of the row on the page.
 */

type Row = Record<string, unknown>

const empty = (value: unknown) => typeof value !== 'string' || value.trim() === ''
const unwritten = (value: unknown) => typeof value === 'number' && isBlank(value)

/** Which rows of a list say nothing, and how many of them stay because there have to be some. */
const LISTS: Record<string, { least: number; isBlank: (row: Row) => boolean }> = {
  choices: { least: 2, isBlank: (row) => empty(row.text) && empty(row.feedback) && !(Number(row.weight) > 0) },
  items: { least: 2, isBlank: (row) => empty(row.text) },
  answers: { least: 1, isBlank: (row) => empty(row.feedback) && ('text' in row ? empty(row.text) : unwritten(row.value)) },
  pairs: { least: 2, isBlank: (row) => empty(row.prompt) && empty(row.match) },
  units: { least: 0, isBlank: (row) => empty(row.name) },
  rubric: { least: 0, isBlank: (row) => empty(row.text) },
  distractors: { least: 0, isBlank: empty },
  hints: { least: 0, isBlank: empty },
  endings: { least: 0, isBlank: empty },
}

export interface Sent {
  body: Body
  /** The pointer to what is on the page, of one into what was sent. */
  onPage: (pointer: string) => string
}

export function asSent(body: Body): Sent {
  const kept = new Map<string, number[]>()
  const clean = pruned(body, '/body', kept) as Body
  const onPage = (pointer: string) => {
    let at = ''
    for (const step of pointer.split('/').slice(1)) {
      const index = kept.get(at)?.[Number(step)]
      at += `/${index ?? step}`
    }
    return at
  }
  return { body: clean, onPage }
}

function pruned(value: unknown, at: string, kept: Map<string, number[]>): unknown {
  if (Array.isArray(value)) {
    const rows: unknown[] = value
    const indexes = staying(rows, at.slice(at.lastIndexOf('/') + 1))
    kept.set(at, indexes)
    return indexes.map((index) => pruned(rows[index], `${at}/${index}`, kept))
  }
  if (value === null || typeof value !== 'object') return value
  const fields = Object.entries(value).filter(([, field]) => !unwritten(field))
  return Object.fromEntries(fields.map(([name, field]) => [name, pruned(field, `${at}/${name}`, kept)]))
}

function staying(rows: readonly unknown[], name: string): number[] {
  const all = [...rows.keys()]
  const rule = LISTS[name]
  if (!rule) return all
  const written = all.filter((index) => !rule.isBlank(rows[index] as Row))
  if (written.length >= rule.least) return written
  const blank = all.filter((index) => !written.includes(index)).slice(0, rule.least - written.length)
  return [...written, ...blank].toSorted((a, b) => a - b)
}

/** Two that would be the same question in the bank. */
export const isSame = (a: Body, b: Body) => JSON.stringify(asSent(a).body) === JSON.stringify(asSent(b).body)

type Change = (object: Row, at: string) => Row

/** A copy in which every object has been changed, those inside of others first. */
function changed(value: unknown, change: Change, at = '/body'): unknown {
  if (Array.isArray(value)) return value.map((part, index) => changed(part, change, `${at}/${index}`))
  if (value === null || typeof value !== 'object') return value
  return change(Object.fromEntries(Object.entries(value).map(([name, part]) => [name, changed(part, change, `${at}/${name}`)])), at)
}

/** The number that a row has to have, such as how much of the points a line of a rubric is worth. */
function needed(row: Row, at: string): 'value' | 'share' | null {
  if (/\/answers\/\d+$/.test(at) && !('text' in row)) return 'value'
  return /\/rubric\/\d+$/.test(at) ? 'share' : null
}

export const NO_NUMBER = 'Say which number is right.'
export const NO_SHARE = 'Say how much of the points it is worth.'

/** What cannot be sent at all: numbers that have to be there. The pointers are those of the page. */
export function missing(body: Body): FieldProblem[] {
  const found: FieldProblem[] = []
  const sent = asSent(body)
  changed(sent.body, (row, at) => {
    const name = needed(row, at)
    const lacks = name !== null && (!(name in row) || (name === 'share' && !(Number(row.share) > 0)))
    if (lacks) found.push({ pointer: sent.onPage(`${at}/${name}`), detail: name === 'value' ? NO_NUMBER : NO_SHARE })
    return row
  })
  return found
}

/** As it is sent to be looked at: what is missing keeps nobody from seeing the rest. */
export function asLookedAt(body: Body): Sent {
  const sent = asSent(body)
  const fill: Change = (row, at) => {
    const name = needed(row, at)
    if (name === 'value' && !('value' in row)) return { ...row, value: 0 }
    if (name === 'share' && !(Number(row.share) > 0)) return { ...row, share: 1 }
    // A text without gaps is refused; one of which nothing is said of gaps is taken.
    return Array.isArray(row.gaps) && row.gaps.length === 0 ? Object.fromEntries(Object.entries(row).filter(([field]) => field !== 'gaps')) : row
  }
  return { ...sent, body: changed(sent.body, fill) as Body }
}

/** What can be kept on this device: every row, also those with nothing in them, but no number that is none. */
export const kept = (body: Body): Body =>
  JSON.parse(JSON.stringify(body, (_, value: unknown) => (unwritten(value) ? undefined : value))) as Body

/** What was kept. */
export function revived(body: Body): Body {
  return changed(body, (row, at) => {
    const name = needed(row, at)
    return name === null || name in row ? row : { ...row, [name]: BLANK }
  }) as Body
}

/** The ids of parts that the bank has given, by those that they had on the page. */
export function givenIds(mine: unknown, theirs: unknown, found = new Map<string, string>()): Map<string, string> {
  if (mine === null || theirs === null || typeof mine !== 'object' || typeof theirs !== 'object') return found
  for (const [name, part] of Object.entries(mine)) {
    const other = (theirs as Row)[name]
    if (name === 'id' && typeof part === 'string' && typeof other === 'string' && part !== other) found.set(other, part)
    givenIds(part, other, found)
  }
  return found
}
