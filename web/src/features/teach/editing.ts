import { computed, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'

import { changeItem, type ItemChange } from '@/api/teaching'
import type { DraftItem, File } from '@/api/types'
import { useAutosave } from '@/kit/autosave'
import { useConflicts } from '@/kit/conflicts'
import { useFormat } from '@/kit/format'
import { useNaming } from '@/kit/naming'

import { useDesk } from './desk'
import type { Outline } from './outline'

type Fields = Required<ItemChange>

function read({ title, source, url, file, release_at, due_at }: DraftItem): Fields {
  return { title, source, url, file_id: file?.id ?? null, release_at, due_at }
}

/** One item, saved as one writes. */
export function useItemEditing(item: () => DraftItem, outline: Outline) {
  const { t } = useI18n()
  const { formatDate } = useFormat()
  const { refresh } = useDesk()
  const first = item()

  const saving = useAutosave<DraftItem, Fields>(first, {
    name: first.id,
    read,
    send: (version, change) => changeItem(first.id, version, change),
    saved: outline.tookOver,
  })
  watch(item, (fresh) => saving.rebase(fresh))
  // Whoever meets somebody else's change sees the rest of the draft as it is now, too.
  watch(saving.conflict, () => refresh())

  /** The file as it was uploaded; the fields know only its id. */
  const uploaded = shallowRef<File | null>(null)
  const file = computed(() =>
    [uploaded.value, item().file].find((known) => known?.id === saving.fields.file_id) ?? null,
  )
  function attach(chosen: File): void {
    uploaded.value = chosen
    saving.change({ file_id: chosen.id, ...(first.kind === 'video' && { url: null }) })
  }

  const { name: title, rename } = useNaming(saving.fields.title, (title) => saving.change({ title }))
  watch(
    () => saving.fields.title,
    (now) => (title.value = now),
  )

  const labels: Record<keyof Fields, string> = {
    title: t('teach.field.title'),
    source: t('teach.field.text'),
    url: t('teach.field.url'),
    file_id: t('teach.field.file'),
    release_at: t('teach.field.release'),
    due_at: t('teach.field.due'),
  }

  const conflicts = useConflicts(saving, { read, labels, said })

  function said(field: keyof Fields, value: string | null, theirs: DraftItem | null): string {
    if (!value) return ''
    if (field === 'file_id') return (theirs ? theirs.file : file.value)?.name ?? value
    return field.endsWith('_at') ? formatDate(value, { dateStyle: 'medium', timeStyle: 'short' }) : value
  }

  return { saving, fields: saving.fields, file, attach, title, rename, conflicts }
}
