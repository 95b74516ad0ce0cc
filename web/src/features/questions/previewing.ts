import { shallowRef } from 'vue'

import type { Question } from '@/api/attempts'
import type { Body } from '@/api/bodies'
import { type FieldProblem, Problem } from '@/api/problem'
import { previewQuestion } from '@/api/questions'
import type { Id, Warning } from '@/api/types'
import { QUIET, useRendering } from '@/kit/rendering'

import { isBlank } from './numbers'
import { asLookedAt, missing } from './sent'

const shownOr = <Part extends { html: string }>(parts: Part[] | undefined) => parts?.map((part) => ({ ...part, html: part.html || '<p>…</p>' }))

/** What is not written yet has a sign in its place. */
function withSigns(question: Question): Question {
  const parts = { choices: shownOr(question.choices), prompts: shownOr(question.prompts), matches: shownOr(question.matches), items: shownOr(question.items) }
  const gaps = question.gaps?.map((gap) => ({ ...gap, ...(gap.choices && { choices: shownOr(gap.choices) ?? [] }) }))
  return { ...question, ...(Object.fromEntries(Object.entries({ ...parts, gaps }).filter(([, list]) => list)) as Partial<Question>) }
}

const isAboutFields = (reason: unknown): reason is Problem => reason instanceof Problem && reason.fields.length > 0

/** A question as its takers would see it, and what is wrong with it so far. */
export function usePreview(course: Id, body: () => Body, points: () => number) {
  const shown = shallowRef<Question | null>(null)
  const warnings = shallowRef<Warning[]>([])
  const faults = shallowRef<FieldProblem[]>([])

  async function look(signal: AbortSignal): Promise<void> {
    const looked = body()
    const sent = asLookedAt(looked)
    const onPage = (found: readonly FieldProblem[]) => found.map(({ pointer, detail }) => ({ pointer: sent.onPage(pointer), detail }))
    const worth = Math.min(1000, Math.max(0, isBlank(points()) ? 1 : points()))
    try {
      const preview = await previewQuestion(course, sent.body, worth, signal)
      shown.value = withSigns(preview.question)
      warnings.value = preview.warnings
      faults.value = [...missing(looked), ...onPage(preview.faults)]
    } catch (reason) {
      // Of another shape than any question has: it says where, and the last one that could be shown stays.
      if (isAboutFields(reason) && !signal.aborted) faults.value = onPage(reason.fields)
      throw reason
    }
  }

  const rendering = useRendering([body, points], look, { delay: () => (shown.value ? QUIET : 0), immediate: true, isKnown: isAboutFields })
  return { shown, warnings, faults, ...rendering }
}

export type Previewing = ReturnType<typeof usePreview>
