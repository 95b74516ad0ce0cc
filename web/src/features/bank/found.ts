import type { ImportProblem } from '@/api/questions'

/** What is wrong in the same way in one place or in many. */
export interface Finding {
  code: string
  detail: string
  places: Pick<ImportProblem, 'line' | 'question'>[]
}

/** Problems of one severity, those that are most often there first; the places of each in the order of their lines. */
export function grouped(problems: readonly ImportProblem[], severity: ImportProblem['severity']): Finding[] {
  const findings = new Map<string, Finding>()
  for (const { line, code, detail, question, ...problem } of problems.toSorted((a, b) => a.line - b.line)) {
    if (problem.severity !== severity) continue
    const key = `${code} ${detail}`
    const finding = findings.get(key) ?? { code, detail, places: [] }
    finding.places.push({ line, question: question ?? '' })
    findings.set(key, finding)
  }
  return [...findings.values()].toSorted((a, b) => b.places.length - a.places.length)
}
