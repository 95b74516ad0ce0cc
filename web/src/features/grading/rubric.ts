import type { RubricLine } from '@/api/grading'

import { rounded } from './numbers'

/** Of each line, how much of it there is, 0 to 1. */
export type Marks = Readonly<Record<string, number>>

/** Up to so many points a line has a step for each of them. */
const FINE = 6
const QUARTERS = 4
const SAME = 1e-6

/** What a line is worth, in points; the shares of a rubric add up to 1, but for what was lost in writing a third. */
export function linePoints(line: RubricLine, rubric: readonly RubricLine[], worth: number): number {
  const all = rubric.reduce((sum, { share }) => sum + share, 0)
  return all > 0 ? (worth * line.share) / all : 0
}

/** What the lines that are marked come to, in points. */
export function markedPoints(rubric: readonly RubricLine[], marks: Marks, worth: number): number {
  const sum = rubric.reduce((all, line) => all + linePoints(line, rubric, worth) * (marks[line.id] ?? 0), 0)
  return Math.min(worth, rounded(sum))
}

export const unmarked = (rubric: readonly RubricLine[], marks: Marks) => rubric.filter(({ id }) => marks[id] === undefined)

/**
 * How much of a line there can be: in whole points where it has a few, in halves where it has one or two, else in
 * quarters; and what it is marked with, wherever that came from.
 */
export function levels(points: number, marked?: number): number[] {
  const whole = Math.abs(points - Math.round(points)) < SAME && points >= 1 && points <= FINE ? Math.round(points) : null
  const steps = whole === null ? QUARTERS : whole <= 2 ? whole * 2 : whole
  const found = Array.from({ length: steps + 1 }, (_, step) => step / steps)
  if (marked === undefined || found.some((level) => Math.abs(level - marked) < SAME)) return found
  return [...found, marked].sort((a, b) => a - b)
}

export const isMarked = (marked: number | undefined, level: number) => marked !== undefined && Math.abs(marked - level) < SAME

/** Of each line that somebody marked the mean of what they marked it with. */
export function meanMarks(all: readonly Marks[]): Record<string, number> {
  const lines = new Set(all.flatMap((marks) => Object.keys(marks)))
  return Object.fromEntries(
    [...lines].map((line) => {
      const marked = all.flatMap((marks) => marks[line] ?? [])
      return [line, marked.reduce((sum, level) => sum + level, 0) / marked.length]
    }),
  )
}
