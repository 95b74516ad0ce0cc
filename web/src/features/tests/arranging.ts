import type { FixedQuestion, TestEntry, TestSection } from '@/api/tests'
import type { Place } from '@/kit/sorting'

/** The order of sections and what they ask, as pure functions. */

/** The list that the sections themselves are in; every other list is named by its section. */
export const SECTIONS = 'sections'

/** An id for a new section or entry: they are the browser's own, and mean nothing. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

export const newSection = (entries: TestEntry[] = []): TestSection => ({ id: newId(), title: '', text: '', shuffle: false, entries })

/** The sections with one thing moved; where it is not there any more, as they are. */
export function moved(sections: readonly TestSection[], { id, list, index }: Place): TestSection[] {
  if (list === SECTIONS) {
    const section = sections.find((one) => one.id === id)
    return section ? sections.filter((one) => one !== section).toSpliced(index, 0, section) : [...sections]
  }
  const entry = sections.flatMap(({ entries }) => entries).find((one) => one.id === id)
  if (!entry || !sections.some((section) => section.id === list)) return [...sections]
  return sections.map((section) => {
    const others = section.entries.filter((one) => one !== entry)
    return { ...section, entries: section.id === list ? others.toSpliced(index, 0, entry) : others }
  })
}

/** Where an entry goes that is pushed past an end of its section: into the next one, or nowhere. */
export function beyond(sections: readonly TestSection[], id: string, direction: 'up' | 'down'): Place | null {
  const from = sections.findIndex(({ entries }) => entries.some((entry) => entry.id === id))
  const to = sections[direction === 'up' ? from - 1 : from + 1]
  if (from < 0 || !to) return null
  return { id, list: to.id, index: direction === 'up' ? to.entries.length : 0 }
}

/** Entries at the end of a section, or of the last one; questions that the test has already stay where they are. */
export function withAdded(sections: readonly TestSection[], added: readonly TestEntry[], section?: string): TestSection[] {
  const known = new Set(sections.flatMap(({ entries }) => entries.map(({ question_id }) => question_id)))
  const fresh = added.filter(({ question_id }) => !question_id || !known.has(question_id))
  if (sections.length === 0) return [newSection(fresh)]
  const to = sections.find(({ id }) => id === section) ?? sections.at(-1)
  return sections.map((one) => (one === to ? { ...one, entries: [...one.entries, ...fresh] } : one))
}

export function withSection(sections: readonly TestSection[], id: string, change: Partial<TestSection>): TestSection[] {
  return sections.map((section) => (section.id === id ? { ...section, ...change } : section))
}

export function withEntry(sections: readonly TestSection[], id: string, change: Partial<TestEntry>): TestSection[] {
  return sections.map((section) => ({
    ...section,
    entries: section.entries.map((entry) => (entry.id === id ? { ...entry, ...change } : entry)),
  }))
}

/** What was taken out, and where it was. */
export type Removed = { entry: TestEntry; section: string; index: number } | { section: TestSection; index: number }

export function taken(sections: readonly TestSection[], id: string): { sections: TestSection[]; removed: Removed } | null {
  const at = sections.findIndex((section) => section.id === id)
  const whole = sections[at]
  if (whole) return { sections: sections.toSpliced(at, 1), removed: { section: whole, index: at } }
  for (const section of sections) {
    const index = section.entries.findIndex((entry) => entry.id === id)
    const entry = section.entries[index]
    if (!entry) continue
    const rest = withSection(sections, section.id, { entries: section.entries.toSpliced(index, 1) })
    return { sections: rest, removed: { entry, section: section.id, index } }
  }
  return null
}

/** What was taken out is back where it was, as far as that is still there. */
export function putBack(sections: readonly TestSection[], removed: Removed): TestSection[] {
  const ids = new Set(sections.flatMap(({ id, entries }) => [id, ...entries.flatMap((entry) => [entry.id, entry.question_id ?? ''])]))
  if (!('entry' in removed)) {
    const { section, index } = removed
    if (ids.has(section.id)) return [...sections]
    const entries = section.entries.filter((entry) => !ids.has(entry.id) && !ids.has(entry.question_id ?? '-'))
    return sections.toSpliced(index, 0, { ...section, entries })
  }
  const { entry, section, index } = removed
  if (ids.has(entry.id) || ids.has(entry.question_id ?? '-')) return [...sections]
  const to = sections.find(({ id }) => id === section)
  return to ? withSection(sections, to.id, { entries: to.entries.toSpliced(index, 0, entry) }) : withAdded(sections, [entry])
}

/** Which questions of an attempt each entry gives, counted from 1. */
export function places(sections: readonly TestSection[]): Map<string, { first: number; last: number }> {
  const found = new Map<string, { first: number; last: number }>()
  let last = 0
  for (const { id, draw } of sections.flatMap(({ entries }) => entries)) {
    const first = last + 1
    last += draw?.count ?? 1
    found.set(id, { first, last })
  }
  return found
}

export interface Extent {
  questions: number
  /** Of what is fixed; of draws those that say what each question counts. */
  points: number
  /** Some draws give what the bank says, which differs. */
  isOpen: boolean
}

/** What questions are worth, by their ids. */
export const worthIn = (questions: readonly FixedQuestion[]) => (id: string) => questions.find((question) => question.id === id)?.points

/** How much a test asks, with what the bank says the questions are worth. */
export function extent(sections: readonly TestSection[], worth: (question: string) => number | undefined): Extent {
  const entries = sections.flatMap((section) => section.entries)
  const total: Extent = { questions: 0, points: 0, isOpen: false }
  for (const { question_id, draw, points } of entries) {
    const count = draw?.count ?? 1
    const each = points ?? (question_id ? worth(question_id) : undefined)
    total.questions += count
    total.points += count * (each ?? 0)
    total.isOpen ||= each === undefined
  }
  // Tenths do not add up in binary: 0.1 + 0.2.
  return { ...total, points: Number(total.points.toFixed(6)) }
}
