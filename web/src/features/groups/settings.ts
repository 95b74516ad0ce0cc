import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { watch } from 'vue'
import { useI18n } from 'vue-i18n'

import { changeGroup, type NewGroup } from '@/api/groups'
import type { ActiveState, Group } from '@/api/types'
import { useAutosave } from '@/kit/autosave'
import { useConflicts } from '@/kit/conflicts'
import { useFormat } from '@/kit/format'
import { useProblemText } from '@/kit/problems'
import { fail, sayUndo } from '@/kit/toasts'

import { useGroupRefresh } from './group'
import { groupQuery } from './queries'

const read = ({ name, description, admission, places }: Group): NewGroup => ({ name, description, admission, places })

/** What a group is called and who may come in, saved as one changes it. */
export function useGroupSettings(group: () => Group) {
  const { t } = useI18n()
  const { formatNumber } = useFormat()
  const queries = useQueryClient()
  const refresh = useGroupRefresh()
  const { id } = group()

  const saving = useAutosave<Group, NewGroup>(group(), {
    name: `group.${id}`,
    read,
    send: (version, change) => changeGroup(id, version, change),
    saved: (fresh) => {
      queries.setQueryData(groupQuery(id).queryKey, (known) => known && { ...known, ...fresh })
      void refresh(fresh)
    },
  })
  watch(group, (fresh) => saving.rebase(fresh))

  const labels: Record<keyof NewGroup, string> = {
    name: t('groups.field.name'),
    description: t('groups.field.description'),
    admission: t('groups.field.admission'),
    places: t('groups.field.places'),
  }

  function said(field: keyof NewGroup, value: string | number | null): string {
    if (value === null) return ''
    if (typeof value === 'number') return formatNumber(value)
    return field === 'admission' ? t(`groups.admission.${value}`) : value
  }

  const conflicts = useConflicts(saving, { read, labels, said })

  return { saving, labels, conflicts }
}

/** Puts a group away, and takes it out again. */
export function useArchiving(group: () => Group, settled: () => Promise<boolean>) {
  const { t } = useI18n()
  const queries = useQueryClient()
  const problemText = useProblemText()
  const refresh = useGroupRefresh()

  const turning = useMutation({
    mutationFn: async (state: ActiveState) => {
      // The form is saved with the same version: one after the other, and from what is known then.
      await settled()
      const { id, version } = queries.getQueryData(groupQuery(group().id).queryKey) ?? group()
      return changeGroup(id, version, { state })
    },
    onSuccess: (fresh) => {
      queries.setQueryData(groupQuery(fresh.id).queryKey, (known) => known && { ...known, ...fresh })
      const { name } = fresh
      if (fresh.state === 'archived') sayUndo(t('groups.archived_now', { name }), t('app.undo'), () => turning.mutate('active'))
    },
    onError: (error) => fail(problemText(error)),
    onSettled: () => refresh(group()),
  })
  return turning
}
