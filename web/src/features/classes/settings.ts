import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { watch } from 'vue'
import { useI18n } from 'vue-i18n'

import { changeClass, type NewClass } from '@/api/classes'
import type { ActiveState, Class, Id } from '@/api/types'
import { useAutosave } from '@/kit/autosave'
import { useConflicts } from '@/kit/conflicts'
import { useProblemText } from '@/kit/problems'
import { fail, sayUndo } from '@/kit/toasts'

import { classQuery } from './queries'

const read = ({ name, description, admission, groups_by }: Class): NewClass => ({ name, description, admission, groups_by })

export const useClass = (id: () => Id) => useQuery(() => classQuery(id()))

function useTaking() {
  const queries = useQueryClient()
  return (fresh: Class) => {
    queries.setQueryData(classQuery(fresh.id).queryKey, fresh)
    return Promise.all([
      queries.invalidateQueries({ queryKey: ['classes', fresh.course_id] }),
      queries.invalidateQueries({ queryKey: ['class', fresh.id] }),
    ])
  }
}

/** What a class is called, who is in it, who makes groups in it: saved as one changes it. */
export function useClassSettings(of: () => Class) {
  const { t } = useI18n()
  const take = useTaking()
  const { id } = of()

  const saving = useAutosave<Class, NewClass>(of(), {
    name: `class.${id}`,
    read,
    send: (version, change) => changeClass(id, version, change),
    saved: (fresh) => void take(fresh),
  })
  watch(of, (fresh) => saving.rebase(fresh))

  const labels: Record<keyof NewClass, string> = {
    name: t('classes.field.name'),
    description: t('classes.field.description'),
    admission: t('classes.field.admission'),
    groups_by: t('classes.field.groups_by'),
  }

  function said(field: keyof NewClass, value: string): string {
    return field === 'admission' || field === 'groups_by' ? t(`classes.${field}.${value}`) : value
  }

  const conflicts = useConflicts(saving, { read, labels, said })
  return { saving, labels, conflicts }
}

/** Puts a class away, and takes it out again. */
export function useClassArchiving(of: () => Class, settled: () => Promise<boolean>) {
  const { t } = useI18n()
  const queries = useQueryClient()
  const problemText = useProblemText()
  const take = useTaking()

  const turning = useMutation({
    mutationFn: async (state: ActiveState) => {
      // The form is saved with the same version: one after the other, and from what is known then.
      await settled()
      const { id, version } = queries.getQueryData(classQuery(of().id).queryKey) ?? of()
      return changeClass(id, version, { state })
    },
    onSuccess: (fresh) => {
      void take(fresh)
      const { name, state } = fresh
      if (state === 'archived') sayUndo(t('classes.archived_now', { name }), t('app.undo'), () => turning.mutate('active'))
    },
    onError: (error) => fail(problemText(error)),
  })
  return turning
}
