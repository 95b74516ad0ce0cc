import { inject, type InjectionKey, provide, type ShallowRef, shallowRef } from 'vue'

import type { FieldProblem } from '@/api/problem'
import type { Id } from '@/api/types'
import type { Writing } from '@/features/teach/writing'

/** The text that is being written in, as the toolbar at the top of the page sees it. */
export interface Tools extends Pick<Writing, 'commands' | 'selection' | 'put'> {
  attach: (file: File) => Promise<void>
  focus: () => void
  /** The pointer of the text. */
  at: string
}

export interface EditorDesk {
  courseId: Id
  language: string
  /** What is wrong at a place, once one has tried to save. */
  fault: (pointer: string) => string | undefined
  /** What a part is called on the page, also once the bank has given it another id. */
  keyOf: (id: string) => string
  choosePicture: () => void
  /** The tools of the text that has or had the focus. */
  tools: ShallowRef<Tools | null>
}

const KEY: InjectionKey<EditorDesk> = Symbol('question')

export function provideDesk(desk: Omit<EditorDesk, 'tools'>): EditorDesk {
  const whole = { ...desk, tools: shallowRef<Tools | null>(null) }
  provide(KEY, whole)
  return whole
}

export function useEditorDesk(): EditorDesk {
  const desk = inject(KEY)
  if (!desk) throw new Error('This belongs into the editor of a question')
  return desk
}

/** The first thing that is said of each place. */
export function byPointer(faults: readonly FieldProblem[], say: (fault: FieldProblem) => string): Map<string, string> {
  return new Map(faults.toReversed().map((fault) => [fault.pointer, say(fault)]))
}
