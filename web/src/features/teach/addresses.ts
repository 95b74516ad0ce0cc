import { useMutation } from '@tanstack/vue-query'
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'

import { uploadFile } from '@/api/teaching'

import { useDesk } from './desk'
import type { Adding, Outline } from './outline'

/** The address in what somebody has written, or nothing. A video is played within the page, which must be encrypted. */
export function addressIn(text: string, kind: Adding['kind']): string | null {
  try {
    const url = new URL(/^[a-z]+:/i.test(text.trim()) ? text.trim() : `https://${text.trim()}`)
    const isOpen = url.protocol === 'https:' || (url.protocol === 'http:' && kind === 'link')
    return isOpen && url.hostname.includes('.') && !url.username ? url.href : null
  } catch {
    return null
  }
}

/** Adds a file, a video or a link, named by what it shows until it gets a name of its own. */
export function useAddingItem({ module, kind }: Adding, outline: Outline) {
  const { t } = useI18n()
  const { course } = useDesk()
  const address = ref<string | null>(null)

  const addition = useMutation({
    mutationFn: async () => {
      const url = address.value
      if (!url) return
      const title = kind === 'link' ? new URL(url).hostname.replace(/^www\./, '') : t('teach.outline.new_video')
      await outline.addItem(module, { kind, title, url })
    },
  })

  async function send(file: File, progress: (fraction: number) => void, signal: AbortSignal): Promise<void> {
    const stored = await uploadFile(course.value.id, file, progress, signal)
    const title = stored.name.replace(/\.\w+$/, '').replaceAll(/[-_]+/g, ' ').trim()
    await outline.addItem(module, { kind, title: title || stored.name, file_id: stored.id })
  }

  return { address, addition, send }
}
