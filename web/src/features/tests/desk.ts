import { useQueryClient } from '@tanstack/vue-query'
import { computed, type ComputedRef, inject, type InjectionKey, provide, watch } from 'vue'

import { changeTest, type Settings, type Test, type TestSection } from '@/api/tests'
import type { Course } from '@/api/types'
import { useAutosave } from '@/kit/autosave'

/** What of a test is written: every setting for itself, so that two people may change different ones at once. */
export interface TestFields extends Settings {
  title: string
  sections: TestSection[]
}

/** A test on a teacher's desk: shared by its frame and the page that is open in it. */
export type TestDesk = ReturnType<typeof provideTestDesk>

const KEY: InjectionKey<TestDesk> = Symbol('test')

export const read = ({ title, sections, settings }: Test): TestFields => ({ title, sections, ...settings })

export function provideTestDesk(test: ComputedRef<Test>, course: ComputedRef<Course>) {
  const queries = useQueryClient()
  const { id, settings: first } = test.value
  const names = Object.keys(first) as (keyof Settings)[]

  const saving: ReturnType<typeof useAutosave<Test, TestFields>> = useAutosave(test.value, {
    name: `test:${id}`,
    read,
    send: (version, change) => {
      const { title, sections } = change
      const settings = names.some((name) => name in change)
        ? (Object.fromEntries(names.map((name) => [name, saving.fields[name]])) as unknown as Settings)
        : undefined
      return changeTest(id, version, { title, sections, settings })
    },
    saved: (fresh) => {
      queries.setQueryData(['test', id], fresh)
      // Its title is the item's in the course, too.
      void queries.invalidateQueries({ queryKey: ['draft', fresh.course_id] })
    },
  })
  watch(test, (fresh) => saving.rebase(fresh))

  const desk = {
    /** As the server has it; what is being written is in `fields`. */
    test,
    course,
    /** May change the test; assistants grade and look. */
    mayEdit: computed(() => course.value.role === 'owner' || course.value.role === 'teacher'),
    saving,
    fields: saving.fields,
    change: saving.change,
    flush: saving.flush,
  }
  provide(KEY, desk)
  return desk
}

export function useTestDesk(): TestDesk {
  const desk = inject(KEY)
  if (!desk) throw new Error('This page belongs into the frame of a test')
  return desk
}
