import { useMutation } from '@tanstack/vue-query'
import { computed, ref, shallowRef, watch } from 'vue'

import { editMessage } from '@/api/messages'
import type { Group, Id, Message } from '@/api/types'
import { dropStash, readStash, writeStash } from '@/kit/stash'
import { rooms } from '@/realtime/room'

import { excerpt } from './apply'
import { useAttaching } from './attaching'
import { fromWire, toWire } from './mentions'
import { outbox } from './post'

/** Characters of a message. */
export const LONGEST = 8_000
/** Milliseconds between two words that one is writing. */
const PAUSE = 3_000

interface Draft {
  text: string
  mentioned: [string, Id][]
}

/** What one is writing: a message, an answer to one, or a message of one's own anew. Kept on this device. */
export function useComposing(group: () => Group) {
  const stash = `message.${group().id}`
  const text = ref('')
  const mentioned = shallowRef(new Map<string, Id>())
  const replyTo = shallowRef<Message | null>(null)
  const editing = shallowRef<Message | null>(null)
  const files = useAttaching(() => group().id)
  /** Sent while its files were on their way: it goes when they are there. */
  const isDue = ref(false)
  let toldAt = 0

  const wire = computed(() => toWire(text.value.trim(), mentioned.value))
  const isTooLong = computed(() => wire.value.length > LONGEST)
  const canSend = computed(() => {
    if (isTooLong.value) return false
    if (editing.value) return wire.value !== '' || editing.value.files.length > 0
    const hasFiles = files.attachments.value.length > 0
    return (wire.value !== '' || hasFiles) && !files.hasFailed.value
  })

  const edit = useMutation({
    mutationFn: ({ seq, words }: { seq: number; words: string }) => editMessage(group().id, seq, words),
    onSuccess: () => stopEditing(),
  })

  function recover(): void {
    const draft = readStash<Draft>(stash)?.fields
    text.value = draft?.text ?? ''
    mentioned.value = new Map(draft?.mentioned)
  }

  function mention(name: string, id: Id): void {
    mentioned.value = new Map(mentioned.value).set(name, id)
  }

  /** False where there was nothing to send. */
  function send(): boolean {
    if (!canSend.value || edit.isPending.value) return false
    if (editing.value) {
      if (wire.value === editing.value.text) stopEditing()
      else edit.mutate({ seq: editing.value.seq, words: wire.value })
      return true
    }
    isDue.value = !files.areStored.value
    if (isDue.value) return true
    const to = replyTo.value
    const quoted = to && { seq: to.seq, author: to.author, text: excerpt(to.text), deleted: false }
    outbox.post({ group: group().id, text: wire.value, quoted, files: files.take() })
    text.value = ''
    mentioned.value = new Map()
    replyTo.value = null
    dropStash(stash)
    return true
  }

  function reply(message: Message): void {
    if (editing.value) stopEditing()
    replyTo.value = message
  }

  /** What one was writing waits until the old message is done. */
  function startEditing(message: Message): void {
    editing.value = message
    replyTo.value = null
    edit.reset()
    const known = fromWire(message.text)
    text.value = known.text
    mentioned.value = known.mentioned
  }

  function stopEditing(): void {
    editing.value = null
    edit.reset()
    recover()
  }

  watch(files.areStored, (areStored) => areStored && isDue.value && send())
  watch([text, files.hasFailed], () => (isDue.value = false))
  watch(text, () => {
    if (editing.value) return
    if (text.value === '') dropStash(stash)
    else writeStash(stash, { version: 0, fields: { text: text.value, mentioned: [...mentioned.value] } })
    if (text.value === '' || Date.now() - toldAt < PAUSE) return
    toldAt = Date.now()
    rooms.typing(`group:${group().id}`)
  })

  recover()
  return { text, replyTo, editing, files, edit, isDue, isTooLong, canSend, mention, send, reply, startEditing, stopEditing }
}

export type Composing = ReturnType<typeof useComposing>
