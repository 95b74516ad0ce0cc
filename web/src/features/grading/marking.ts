import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, reactive, ref, shallowRef, watch } from 'vue'

import { type Grade, saveGrade, type Sheet } from '@/api/grading'
import { isProblem } from '@/api/problem'
import { useMe } from '@/app/session'
import { readNumber } from '@/kit/numbers'
import { dropStash, readStash, writeStash } from '@/kit/stash'

import { rounded, written } from './numbers'
import { sheetQuery } from './queries'
import { markedPoints, meanMarks } from './rubric'

/** What a grader is about to say; `points` as they are typed. */
export interface Marking {
  points: string
  comment: string
  rubric: Record<string, number>
}

export type Unfit = 'none' | 'negative' | 'too_many'

/** Where an unsaved grade is kept on this device. */
export const draftOf = (attempt: string, question: string, settles = false) => `grade.${attempt}.${question}${settles ? '.settled' : ''}`

/**
 * Grading one response: a grade of one's own, or with `settles` what counts whatever the graders say. It is saved when
 * one says so; until then it is kept on this device. `saved` hears when it is.
 */
export function useMarking(sheet: () => Sheet, settles: boolean, saved: (sheet: Sheet) => unknown) {
  const { account } = useMe()
  const queries = useQueryClient()
  const { attempt_id: attempt, question } = sheet()
  const name = draftOf(attempt, question.id, settles)

  const mine = (of: Sheet): Grade | null =>
    settles ? of.settlement : (of.grades.find(({ grader }) => grader.id === account.value?.id) ?? null)
  /** A settlement begins with what counts until then. */
  const read = (of: Sheet): Marking => {
    const grade = mine(of)
    if (grade) return { points: written(grade.points), comment: grade.comment, rubric: { ...grade.rubric } }
    if (!settles) return { points: '', comment: '', rubric: {} }
    return { points: written(of.points), comment: of.comment, rubric: meanMarks(of.grades.map(({ rubric }) => rubric)) }
  }

  const kept = readStash<Marking>(name)
  const fields = reactive<Marking>({ ...read(sheet()), ...kept?.fields })
  let version = kept?.version ?? mine(sheet())?.version ?? 0
  const isDraft = ref(kept !== null)
  const unfit = ref<Unfit | null>(null)
  const conflict = shallowRef<Sheet | null>(null)

  const points = computed(() => readNumber(fields.points))
  const fromRubric = computed(() => markedPoints(sheet().rubric, fields.rubric, sheet().worth))
  /** The rubric comes to something else than what was typed. */
  const differs = computed(() => {
    if (Object.keys(fields.rubric).length === 0 || points.value === null) return false
    return rounded(points.value) !== rounded(fromRubric.value)
  })

  function change(part: Partial<Marking>): void {
    Object.assign(fields, part)
    unfit.value = null
    isDraft.value = true
    writeStash(name, { version, fields: { ...fields } })
  }

  /** The points follow the rubric. */
  function mark(line: string, level: number): void {
    const rubric = { ...fields.rubric, [line]: level }
    change({ rubric, points: written(markedPoints(sheet().rubric, rubric, sheet().worth)) })
  }

  function reset(to: Sheet): void {
    Object.assign(fields, read(to))
    version = mine(to)?.version ?? 0
    isDraft.value = false
    unfit.value = null
    dropStash(name)
  }

  const saving = useMutation({
    mutationFn: (given: number) => {
      const { comment, rubric } = fields
      return saveGrade(attempt, question.id, { version, points: given, comment, rubric: { ...rubric }, settle: settles })
    },
    onSuccess: (now) => {
      queries.setQueryData(sheetQuery(attempt, question.id).queryKey, now)
      reset(now)
      return saved(now)
    },
    onError: (error) => {
      if (isProblem(error, 'stale_edit')) conflict.value = error.current as Sheet
    },
  })

  function save(): void {
    const given = points.value
    unfit.value = given === null ? 'none' : given < 0 ? 'negative' : given > sheet().worth ? 'too_many' : null
    if (given !== null && unfit.value === null && !saving.isPending.value) saving.mutate(given)
  }

  function keepMine(): void {
    if (!conflict.value) return
    version = mine(conflict.value)?.version ?? 0
    conflict.value = null
    save()
  }

  function takeTheirs(): void {
    if (!conflict.value) return
    queries.setQueryData(sheetQuery(attempt, question.id).queryKey, conflict.value)
    reset(conflict.value)
    saving.reset()
    conflict.value = null
  }

  // The same grader on another device, or another who settled: seen as it is, where nothing is being written.
  watch(sheet, (fresh) => {
    if (!isDraft.value && (mine(fresh)?.version ?? 0) !== version) reset(fresh)
  })

  return {
    fields, points, fromRubric, differs, isDraft, unfit, conflict, saving, mine, read,
    change, mark, save, keepMine, takeTheirs, discard: () => reset(sheet()),
  }
}
