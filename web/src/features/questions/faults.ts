import { useI18n } from 'vue-i18n'

import type { FieldProblem } from '@/api/problem'

import { NO_NUMBER, NO_SHARE } from './sent'

/** What the server says of questions that do not work, and what it is called here. */
const KNOWN: [said: RegExp, name: string][] = [
  [/^Say what is asked\.$/, 'text'],
  [/^One of the choices must be right/, 'one_right'],
  [/^Something must be right/, 'some_right'],
  [/^Say what there is to choose\.$/, 'choice'],
  [/^This unit is there already\.$/, 'unit_twice'],
  [/^A unit has a name\.$/, 'unit'],
  [/^Nobody can answer with nothing\.$/, 'nothing'],
  [/^Say what something belongs to\.$/, 'prompt'],
  [/^Say what belongs to it\.$/, 'match'],
  [/^Say what belongs to nothing\.$/, 'distractor'],
  [/^Another item says the same\.$/, 'same_item'],
  [/^The text does not say where this gap is: \[\[(?<id>.+)\]\]\.$/, 'gap_lost'],
  [/^There is no gap \[\[(?<id>.+)\]\]\.$/, 'gap_unknown'],
  [/^The gap \[\[(?<id>.+)\]\] is there \d+ times\.$/, 'gap_twice'],
  [/^This is less than the least\.$/, 'most_words'],
  [/^An ending is such as/, 'ending'],
  [/^The shares must add up to 1\.$/, 'shares'],
  [/^This course has no such file\.$/, 'file'],
]

const OWN: Record<string, string> = { [NO_NUMBER]: 'number', [NO_SHARE]: 'share' }

/** What is wrong at a place of a question, in the reader's language where that is known. */
export function useFaultText() {
  const { t } = useI18n()

  return ({ pointer, detail }: FieldProblem): string => {
    if (OWN[detail]) return t(`questions.fault.${OWN[detail]}`)
    if (pointer.endsWith('/gaps')) return t('questions.fault.no_gap')
    for (const [said, name] of KNOWN) {
      const found = said.exec(detail)
      if (found) return t(`questions.fault.${name}`, { id: found.groups?.id ?? '' })
    }
    return detail
  }
}

/** Brings the field that a pointer names into view, or the nearest that there is around it. */
export function goTo(pointer: string): void {
  for (let at = pointer; at; at = at.slice(0, at.lastIndexOf('/'))) {
    const place = document.querySelector<HTMLElement>(`[data-at="${CSS.escape(at)}"]`)
    if (!place) continue
    for (let around = place.closest('details'); around; around = around.parentElement?.closest('details') ?? null) around.open = true
    const field = place.matches('input, textarea, select, button') ? place : place.querySelector<HTMLElement>('input, textarea, select, button')
    ;(field ?? place).focus()
    place.scrollIntoView({ block: 'center' })
    return
  }
}
