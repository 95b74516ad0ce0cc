import { type InfiniteData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'

import * as roster from '@/api/roster'
import type { BatchResult, List, Participant, StaffMember, StaffRole } from '@/api/types'
import { useSettled } from '@/kit/delayed'
import { useProblemText } from '@/kit/problems'
import { fail, sayUndo } from '@/kit/toasts'

import { useDesk } from './desk'
import { peopleQuery, staffQuery } from './queries'

/** Who learns in the course, found by name or address. */
export function useLearners() {
  const { t } = useI18n()
  const problemText = useProblemText()
  const queries = useQueryClient()
  const { course } = useDesk()
  const { id } = course.value

  const words = ref('')
  const q = useSettled(words)
  const query = useInfiniteQuery(() => peopleQuery(id, q.value.trim()))
  const learners = computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? [])
  const refresh = () => queries.invalidateQueries({ queryKey: ['people', id] })

  const returning = useMutation({
    mutationFn: (learner: Participant) => roster.enrolAll(id, [learner.account.email]),
    onSettled: refresh,
    onError: (error) => fail(problemText(error)),
  })

  const removal = useMutation({
    mutationFn: (learner: Participant) => roster.unenrol(id, learner.account.id),
    onMutate: (learner) => {
      queries.setQueriesData<InfiniteData<List<Participant>>>({ queryKey: ['people', id] }, (known) =>
        known && {
          ...known,
          pages: known.pages.map((page) => ({ ...page, items: page.items.filter((one) => one !== learner) })),
        },
      )
    },
    onSuccess: (_, learner) => {
      sayUndo(t('teach.people.removed', { name: learner.account.name }), t('app.undo'), () => returning.mutate(learner))
    },
    onError: (error) => fail(problemText(error)),
    onSettled: refresh,
  })

  return { words, q, query, learners, removal, refresh }
}

/** Adds learners, from addresses or from a file, and tells what became of each. */
export function useAdding(added: () => unknown) {
  const { course } = useDesk()
  const { id } = course.value
  const text = ref('')
  const result = ref<BatchResult | null>(null)
  /** As they stand in the text: between spaces, commas and lines, with or without names and angle brackets. */
  const emails = computed(() => [...new Set(text.value.match(/[^\s,;<>"()]+@[^\s,;<>"()]+/g) ?? [])])

  const addition = useMutation({
    mutationFn: () => roster.enrolAll(id, emails.value),
    onSuccess: take,
  })

  async function sendCsv(file: File, _progress: (fraction: number) => void, signal: AbortSignal): Promise<void> {
    take(await roster.enrolFromCsv(id, file, signal))
  }

  function take(answer: BatchResult): void {
    result.value = answer
    added()
  }
  return { text, emails, addition, sendCsv, result }
}

/** Who teaches in the course. */
export function useStaff() {
  const { t } = useI18n()
  const problemText = useProblemText()
  const queries = useQueryClient()
  const { course, refresh: refreshCourse } = useDesk()
  const { id } = course.value
  const query = useQuery(() => staffQuery(id))

  async function refresh(): Promise<void> {
    refreshCourse()
    await queries.invalidateQueries({ queryKey: staffQuery(id).queryKey })
  }
  const onError = (error: Error) => fail(problemText(error))

  const assignment = useMutation({
    mutationFn: ({ member, role }: { member: StaffMember; role: StaffRole }) => roster.setStaff(id, member.account.id, role),
    // Shown at once, so that a refusal visibly takes it back.
    onMutate: ({ member, role }) => {
      queries.setQueryData(staffQuery(id).queryKey, (known) =>
        known && { ...known, items: known.items.map((one) => (one.account.id === member.account.id ? { ...one, role } : one)) },
      )
    },
    onError,
    onSettled: refresh,
  })

  const removal = useMutation({
    mutationFn: (member: StaffMember) => roster.removeStaff(id, member.account.id),
    onSuccess: (_, member) => {
      sayUndo(t('teach.people.removed', { name: member.account.name }), t('app.undo'), () =>
        assignment.mutate({ member, role: member.role }),
      )
    },
    onError,
    onSettled: refresh,
  })

  return { query, assignment, removal, refresh }
}

export function useStaffAddition(done: () => unknown) {
  const { course } = useDesk()
  const email = ref('')
  const role = ref<StaffRole>('teacher')
  const addition = useMutation({
    mutationFn: () => roster.addStaff(course.value.id, email.value.trim(), role.value),
    onSuccess: done,
  })
  return { email, role, addition }
}

/** The roles that one can have in a course, from the one that may do most. */
export function useStaffRoles() {
  const { t } = useI18n()
  return computed(() =>
    (['owner', 'teacher', 'assistant'] as const).map((value) => ({ value, label: t(`teach.role.${value}`) })),
  )
}
