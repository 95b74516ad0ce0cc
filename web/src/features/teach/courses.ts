import { type InfiniteData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'

import { idempotencyKey } from '@/api/client'
import { copyCourse, createCourse, deleteCourse, exportUrl, importCourse, restoreCourse } from '@/api/teaching'
import type { CourseCard, CourseState, Id, Imported, List } from '@/api/types'
import { currentLocale } from '@/app/i18n'
import { useProblemText } from '@/kit/problems'
import { fail, say, sayUndo } from '@/kit/toasts'

import { taughtQuery } from './queries'

const STATES: CourseState[] = ['published', 'draft', 'archived']

/** The courses that one teaches, by their state, and what can be done with each. */
export function useTaught() {
  const { t } = useI18n()
  const query = useInfiniteQuery(taughtQuery)
  const courses = computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? [])
  const shelves = computed(() =>
    STATES.map((state) => ({
      state,
      label: t(`teach.shelf.${state}`),
      courses: courses.value.filter((course) => course.state === state),
    })).filter((shelf) => shelf.courses.length > 0),
  )
  return { query, courses, shelves }
}

export function useCourseActions() {
  const { t } = useI18n()
  const queries = useQueryClient()
  const router = useRouter()
  const problemText = useProblemText()

  const refresh = () => queries.invalidateQueries({ queryKey: taughtQuery.queryKey })

  function takeOff(id: Id): void {
    queries.setQueryData(taughtQuery.queryKey, (known: InfiniteData<List<CourseCard>> | undefined) =>
      known && {
        ...known,
        pages: known.pages.map((page) => ({ ...page, items: page.items.filter((course) => course.id !== id) })),
      },
    )
  }

  const copying = useMutation({
    mutationFn: (course: { id: Id; title: string }) => copyCourse(course.id, t('teach.copy_of', { title: course.title })),
    onSuccess: async (copy) => {
      await refresh()
      say(t('teach.copied'))
      await router.push({ name: 'teach-course', params: { id: copy.id } })
    },
    onError: (error) => fail(problemText(error)),
  })

  const restoring = useMutation({
    mutationFn: restoreCourse,
    onSettled: refresh,
    onError: (error) => fail(problemText(error)),
  })

  const deletion = useMutation({
    mutationFn: (course: { id: Id; title: string }) => deleteCourse(course.id),
    onMutate: (course) => takeOff(course.id),
    onSuccess: (_, course) => {
      sayUndo(t('teach.deleted', { title: course.title }), t('app.undo'), () => restoring.mutate(course.id))
      void queries.invalidateQueries({ queryKey: ['catalogue'] })
    },
    onError: async (error) => {
      fail(problemText(error))
      await refresh()
    },
  })

  return { copying, deletion, download: (id: Id) => location.assign(exportUrl(id)) }
}

/** A new course, from its title on. */
export function useNewCourse() {
  const queries = useQueryClient()
  const router = useRouter()
  const title = ref('')
  const language = ref<string>(currentLocale())
  // One act, however often it is tried.
  let key = idempotencyKey()

  const creation = useMutation({
    mutationFn: () => createCourse({ title: title.value.trim(), language: language.value }, key),
    onSuccess: async (course) => {
      void queries.invalidateQueries({ queryKey: taughtQuery.queryKey })
      await router.push({ name: 'teach-course', params: { id: course.id } })
    },
    // Whoever changes the form means another course, and another key.
    onError: () => (key = idempotencyKey()),
  })
  return { title, language, creation }
}

/** A course from a zip, and what was found in it. */
export function useImport() {
  const queries = useQueryClient()
  const imported = ref<Imported | null>(null)

  async function send(file: File, progress: (fraction: number) => void, signal: AbortSignal): Promise<void> {
    imported.value = await importCourse(file, progress, signal)
    await queries.invalidateQueries({ queryKey: taughtQuery.queryKey })
  }
  return { imported, send }
}
