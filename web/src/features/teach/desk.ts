import { useQueryClient } from '@tanstack/vue-query'
import { computed, type ComputedRef, inject, type InjectionKey, onScopeDispose, provide, shallowRef } from 'vue'

import type { DraftCourse } from '@/api/types'
import type { Autosave } from '@/kit/autosave'

import { draftQuery } from './queries'

/** The course on a teacher's desk: shared by its frame and the page that is open in it. */
export type Desk = ReturnType<typeof provideDesk>

const KEY: InjectionKey<Desk> = Symbol('desk')

/** How long a burst of saves may go on before the count of changes is asked for again. */
const SETTLED = 1_500

export function provideDesk(course: ComputedRef<DraftCourse>) {
  const queries = useQueryClient()
  const autosave = shallowRef<Autosave | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined

  /** The draft has been changed: what is known of it is asked for again. */
  function refresh(delay = 0): void {
    clearTimeout(timer)
    timer = setTimeout(() => {
      void queries.invalidateQueries({ queryKey: draftQuery(course.value.id).queryKey, exact: true })
    }, delay)
  }
  onScopeDispose(() => clearTimeout(timer))

  const desk = {
    course,
    /** May change the draft, not only see it. */
    mayEdit: computed(() => course.value.role === 'owner' || course.value.role === 'teacher'),
    mayOwn: computed(() => course.value.role === 'owner'),
    /** What is being written on the page that is open. */
    autosave,
    refresh,
    refreshSoon: () => refresh(SETTLED),
    flush: async () => (await autosave.value?.flush()) ?? true,
  }
  provide(KEY, desk)
  return desk
}

export function useDesk(): Desk {
  const desk = inject(KEY)
  if (!desk) throw new Error('This page belongs into the frame of a course')
  return desk
}

/** Shows the state of `autosave` at the top of the course while the caller lives. */
export function useOnDesk(autosave: Autosave): void {
  const { autosave: shown } = useDesk()
  shown.value = autosave
  onScopeDispose(() => {
    if (shown.value === autosave) shown.value = null
  })
}
