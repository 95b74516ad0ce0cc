import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { reactive } from 'vue'
import { useI18n } from 'vue-i18n'

import { idempotencyKey } from '@/api/client'
import { type CategoryChange, changeCategory, createCategory, deleteCategory, type QuestionCategory } from '@/api/questions'
import type { Id } from '@/api/types'
import { useProblemText } from '@/kit/problems'
import { fail, say, sayUndo } from '@/kit/toasts'

import { bankKey } from './queries'

/** A category that is being written: a new one, in another or not, or one that is there. */
export interface Drafting {
  category: QuestionCategory | null
  inside: QuestionCategory | null
}

export function useCategoryForm(course: () => Id, { category, inside }: Drafting, done: (category: QuestionCategory) => void) {
  const queries = useQueryClient()
  const fields = reactive({
    name: category?.name ?? '',
    parent: category?.parent_id ?? inside?.id ?? '',
    shared: (category ?? inside)?.shared ?? false,
  })
  // One act, however often it is tried.
  let key = idempotencyKey()

  function save(): Promise<QuestionCategory> {
    const name = fields.name.trim()
    const parent = fields.parent || null
    if (!category) return createCategory(course(), { name, parent_id: parent, shared: fields.shared }, key)
    const change: CategoryChange = {
      ...(name === category.name ? {} : { name }),
      ...(parent === category.parent_id ? {} : { parent_id: parent }),
      ...(fields.shared === category.shared ? {} : { shared: fields.shared }),
    }
    return changeCategory(category.id, category.version, change)
  }

  const saving = useMutation({
    mutationFn: save,
    onSuccess: done,
    onError: () => (key = idempotencyKey()),
    onSettled: () => queries.invalidateQueries({ queryKey: bankKey(course()) }),
  })
  return { fields, saving }
}

export function useCategoryActions(course: () => Id) {
  const { t } = useI18n()
  const problemText = useProblemText()
  const queries = useQueryClient()
  const acting = {
    onError: (error: Error) => void fail(problemText(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: bankKey(course()) }),
  }

  const changing = useMutation({
    mutationFn: ({ category, ...change }: CategoryChange & { category: QuestionCategory }) =>
      changeCategory(category.id, category.version, change),
    onSuccess: ({ name }, { shared }) => {
      if (shared !== undefined) say(shared ? t('bank.category.now_shared', { name }) : t('bank.category.now_own', { name }))
    },
    ...acting,
  })

  const restoring = useMutation({
    mutationFn: async ({ name, parent_id, shared, position }: QuestionCategory) => {
      const made = await createCategory(course(), { name, parent_id, shared }, idempotencyKey())
      return changeCategory(made.id, made.version, { position })
    },
    ...acting,
  })

  const deletion = useMutation({
    mutationFn: ({ id }: QuestionCategory) => deleteCategory(id),
    onSuccess: (_, category) =>
      sayUndo(t('bank.category.deleted', { name: category.name }), t('app.undo'), () => restoring.mutate(category)),
    ...acting,
  })

  return { changing, deletion }
}
