import { computed, onScopeDispose, reactive } from 'vue'
import { useI18n } from 'vue-i18n'

import { idempotencyKey } from '@/api/client'
import { uploadFile } from '@/api/teaching'
import type { Id } from '@/api/types'
import { useProblemText } from '@/kit/problems'
import { fail } from '@/kit/toasts'

import { escapeLabel } from './markdown'

interface Attachment {
  id: string
  name: string
  /** 0 to 1. */
  fraction: number
  cancel: () => void
}

interface Into {
  insert: (passage: string) => void
  replace: (old: string, fresh: string) => void
}

/** Pictures and files on their way into a text: a word marks their place until they have arrived. */
export function useAttaching(course: Id, into: () => Into) {
  const { t } = useI18n()
  const problemText = useProblemText()
  const attachments = reactive(new Map<string, Attachment>())

  async function attach(file: File): Promise<void> {
    const stop = new AbortController()
    // Two pictures of one name have two places.
    const id = idempotencyKey()
    const mark = `![${t('teach.write.uploading', { name: escapeLabel(file.name) })}](#${id.slice(-6)})`
    attachments.set(id, { id, name: file.name, fraction: 0, cancel: () => stop.abort() })
    into().insert(mark)
    const hear = (fraction: number) => {
      const attachment = attachments.get(id)
      if (attachment) attachment.fraction = fraction
    }
    try {
      const stored = await uploadFile(course, file, hear, stop.signal)
      const label = escapeLabel(stored.name.replace(/\.\w+$/, ''))
      const isPicture = stored.media_type.startsWith('image/')
      into().replace(mark, isPicture ? `![${label}](${stored.url})` : `[${escapeLabel(stored.name)}](${stored.url})`)
    } catch (error) {
      into().replace(mark, '')
      if (!stop.signal.aborted) fail(t('teach.write.not_uploaded', { name: file.name, why: problemText(error) }))
    } finally {
      attachments.delete(id)
    }
  }

  /** Takes what was dropped or pasted, unless it is only text. */
  function take(event: ClipboardEvent | DragEvent): void {
    const transfer = event instanceof ClipboardEvent ? event.clipboardData : event.dataTransfer
    const files = [...(transfer?.files ?? [])]
    if (files.length === 0) return
    event.preventDefault()
    for (const file of files) void attach(file)
  }

  onScopeDispose(() => attachments.forEach(({ cancel }) => cancel()))
  return { attach, take, attachments: computed(() => [...attachments.values()]) }
}
