import { computed, onScopeDispose, shallowRef, watch } from 'vue'

import { sendFile } from '@/api/messages'
import { Unreachable } from '@/api/problem'
import type { File as StoredFile, Id } from '@/api/types'
import { isOnline } from '@/app/state'
import { line } from '@/realtime/room'

/** As many as a message may bring. */
export const MOST_FILES = 10

export interface Attachment {
  id: number
  file: File
  /** A picture to look at before it is sent. */
  preview: string | null
  /** 0 to 1. */
  fraction: number
  stored: StoredFile | null
  error: unknown
}

const PICTURES = /^image\/(png|jpeg|gif|webp|avif)$/
let last = 0

/** Files that will go with the next message; each is on its way to the server as soon as it is chosen. */
export function useAttaching(group: () => Id) {
  const attachments = shallowRef<Attachment[]>([])
  const stops = new Map<number, AbortController>()

  const areStored = computed(() => attachments.value.every(({ stored }) => stored))
  /** One of them does not go by itself, not even when there is a network again. */
  const hasFailed = computed(() => attachments.value.some(({ error }) => error && !(error instanceof Unreachable)))

  function change(id: number, part: Partial<Attachment>): void {
    attachments.value = attachments.value.map((known) => (known.id === id ? { ...known, ...part } : known))
  }

  async function send({ id, file }: Attachment): Promise<void> {
    const stop = new AbortController()
    stops.set(id, stop)
    change(id, { error: null, fraction: 0 })
    try {
      const stored = await sendFile(group(), file, (fraction) => change(id, { fraction }), stop.signal)
      change(id, { stored, fraction: 1 })
    } catch (error) {
      if (!stop.signal.aborted) change(id, { error })
    } finally {
      stops.delete(id)
    }
  }

  /** How many had no room any more. */
  function add(files: readonly File[]): number {
    const fitting = files.slice(0, MOST_FILES - attachments.value.length)
    for (const file of fitting) {
      const preview = PICTURES.test(file.type) ? URL.createObjectURL(file) : null
      const attachment: Attachment = { id: ++last, file, preview, fraction: 0, stored: null, error: null }
      attachments.value = [...attachments.value, attachment]
      void send(attachment)
    }
    return files.length - fitting.length
  }

  function remove(attachment: Attachment): void {
    stops.get(attachment.id)?.abort()
    if (attachment.preview) URL.revokeObjectURL(attachment.preview)
    attachments.value = attachments.value.filter(({ id }) => id !== attachment.id)
  }

  /** Those that are there, which leave with a message. */
  function take(): StoredFile[] {
    const stored = attachments.value.flatMap((attachment) => attachment.stored ?? [])
    clear()
    return stored
  }

  function clear(): void {
    for (const attachment of attachments.value) remove(attachment)
  }

  // What the network has kept back goes on its way when there is one again.
  watch([isOnline, line], ([isHere, now]) => {
    if (!isHere || now !== 'open') return
    for (const attachment of attachments.value) if (attachment.error instanceof Unreachable) void send(attachment)
  })
  onScopeDispose(clear)
  return { attachments, areStored, hasFailed, add, remove, retry: send, take }
}
