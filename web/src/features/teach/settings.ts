import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'

import { changeCourse, type CourseChange, deleteCourse, restoreCourse, uploadFile } from '@/api/teaching'
import type { Difficulty, DraftCourse } from '@/api/types'
import { facetsQuery } from '@/features/courses/queries'
import { useAutosave } from '@/kit/autosave'
import { useConflicts } from '@/kit/conflicts'
import { useFormat } from '@/kit/format'
import { useProblemText } from '@/kit/problems'
import { fail, sayUndo } from '@/kit/toasts'

import { useDesk } from './desk'
import { draftQuery, taughtQuery } from './queries'

type Fields = Omit<Required<CourseChange>, 'cover_id'>

const FIELDS = ['title', 'summary', 'category', 'difficulty', 'language', 'enrolment', 'enrolment_code', 'places', 'state'] as const

function read(course: DraftCourse): Fields {
  return Object.fromEntries(FIELDS.map((field) => [field, course[field]])) as unknown as Fields
}

/** What a course is called and who may enter it, saved as one changes it. */
export function useCourseSettings() {
  const { t } = useI18n()
  const { formatLanguage, formatNumber } = useFormat()
  const queries = useQueryClient()
  const { course } = useDesk()
  const { id } = course.value
  const key = draftQuery(id).queryKey

  function tookOver(fresh: DraftCourse): void {
    queries.setQueryData(key, (known) => known && { ...known, ...fresh, outline: known.outline })
    void queries.invalidateQueries({ queryKey: key, exact: true })
    void queries.invalidateQueries({ queryKey: taughtQuery.queryKey })
    void queries.invalidateQueries({ queryKey: ['course', id] })
    void queries.invalidateQueries({ queryKey: ['catalogue'] })
  }

  const saving = useAutosave<DraftCourse, Fields>(course.value, {
    name: `course.${id}`,
    read,
    send: (version, change) => changeCourse(id, version, change),
    saved: tookOver,
  })
  watch(course, (fresh) => saving.rebase(fresh))

  const labels: Record<keyof Fields, string> = {
    title: t('teach.field.title'),
    summary: t('teach.field.summary'),
    category: t('teach.field.category'),
    difficulty: t('teach.field.difficulty'),
    language: t('teach.field.language'),
    enrolment: t('teach.settings.enrolment'),
    enrolment_code: t('teach.settings.code'),
    places: t('teach.settings.places'),
    state: t('teach.settings.state'),
  }

  function said(field: keyof Fields, value: string | number | null): string {
    if (value === null || value === '') return ''
    if (typeof value === 'number') return formatNumber(value)
    if (field === 'difficulty') return t(`app.difficulty.${value}`)
    if (field === 'language') return formatLanguage(value)
    if (field === 'enrolment') return t(`teach.enrolment.${value}`)
    return field === 'state' ? t(`teach.shelf.${value}`) : value
  }

  const conflicts = useConflicts(saving, { read, labels, said })

  return { course, saving, fields: saving.fields, conflicts }
}

export type SettingsAutosave = ReturnType<typeof useCourseSettings>['saving']

/** What there is to choose from in the settings. */
export function useSettingChoices() {
  const { t } = useI18n()
  const { data } = useQuery(facetsQuery)
  return {
    difficulties: computed(() =>
      (['', 'beginner', 'intermediate', 'advanced'] satisfies (Difficulty | '')[]).map((value) => ({
        value,
        label: value ? t(`app.difficulty.${value}`) : t('teach.settings.no_difficulty'),
      })),
    ),
    rules: computed(() =>
      (['open', 'code', 'staff'] as const).map((value) => ({ value, label: t(`teach.enrolment.${value}`) })),
    ),
    categories: computed(() => (data.value?.categories ?? []).map(({ value }) => value).filter(Boolean)),
  }
}

/** The picture of a course. */
export function useCover() {
  const queries = useQueryClient()
  const problemText = useProblemText()
  const { course, flush } = useDesk()
  const { id } = course.value
  const key = draftQuery(id).queryKey
  const isBusy = ref(false)

  async function set(cover: string | null): Promise<void> {
    isBusy.value = true
    try {
      // The settings are saved with the same version: one after the other.
      await flush()
      const fresh = await changeCourse(id, course.value.version, { cover_id: cover })
      queries.setQueryData(key, (known) => known && { ...known, ...fresh, outline: known.outline })
      await queries.invalidateQueries({ queryKey: key, exact: true })
    } finally {
      isBusy.value = false
    }
  }

  async function send(file: File, progress: (fraction: number) => void, signal: AbortSignal): Promise<void> {
    const stored = await uploadFile(id, file, progress, signal)
    await set(stored.id)
  }

  const remove = () => set(null).catch((error: unknown) => fail(problemText(error)))
  return { send, remove, isBusy }
}

/** Takes the course away; for ten seconds, and for its owner for a month, it can come back. */
export function useCourseDeletion() {
  const { t } = useI18n()
  const router = useRouter()
  const queries = useQueryClient()
  const problemText = useProblemText()
  const { course } = useDesk()
  const { id, title } = course.value
  const refresh = () => queries.invalidateQueries({ queryKey: taughtQuery.queryKey })

  const restoring = useMutation({
    mutationFn: () => restoreCourse(id),
    onSettled: refresh,
    onError: (reason) => fail(problemText(reason)),
  })

  const deletion = useMutation({
    mutationFn: () => deleteCourse(id),
    onSuccess: async () => {
      await router.push({ name: 'teach' })
      queries.removeQueries({ queryKey: draftQuery(id).queryKey })
      void refresh()
      sayUndo(t('teach.deleted', { title }), t('app.undo'), () => restoring.mutate())
    },
    onError: (reason) => fail(problemText(reason)),
  })
  return deletion
}
