import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'

import * as api from '@/api/messages'
import type { Group, Message } from '@/api/types'
import { useMe } from '@/app/session'
import { copyText } from '@/kit/clipboard'
import { useProblemText } from '@/kit/problems'
import { fail, say, sayUndo } from '@/kit/toasts'

import { apply } from './apply'
import type { GroupEvent } from './events'
import { talkQuery } from './queries'

/** What one does with a message. Each comes back as an event; what is certain enough shows at once. */
export function useMessageActions(group: () => Group) {
  const { t } = useI18n()
  const problemText = useProblemText()
  const queries = useQueryClient()
  const { account } = useMe()
  const onError = (error: Error) => fail(problemText(error))

  /** Shows a reaction before the event comes, which then changes nothing. */
  function show(seq: number, emoji: string, added: boolean): void {
    const { queryKey } = talkQuery(group().id)
    const author = account.value
    if (!author) return
    queries.setQueryData(queryKey, (talk) => {
      if (!talk) return talk
      const event: GroupEvent = {
        seq: talk.seq + 1,
        type: 'reaction',
        data: { seq, emoji, added, author, at: new Date().toISOString() },
      }
      return { ...apply(talk, event), seq: talk.seq }
    })
  }

  const reaction = useMutation({
    mutationFn: ({ seq, emoji, on }: { seq: number; emoji: string; on: boolean }) => api.react(group().id, seq, emoji, on),
    onMutate: ({ seq, emoji, on }) => show(seq, emoji, on),
    onError: (error, { seq, emoji, on }) => {
      show(seq, emoji, !on)
      onError(error)
    },
  })

  /** Reacts, or takes back that one has. */
  function react({ seq, reactions }: Message, emoji: string): void {
    const mine = reactions.find((known) => known.emoji === emoji)?.accounts.includes(account.value?.id ?? '')
    reaction.mutate({ seq, emoji, on: !mine })
  }

  const restoration = useMutation({
    mutationFn: (seq: number) => api.restoreMessage(group().id, seq),
    onError,
  })

  const removal = useMutation({
    mutationFn: (seq: number) => api.deleteMessage(group().id, seq),
    onSuccess: (_, seq) => sayUndo(t('messages.deleted_now'), t('app.undo'), () => restoration.mutate(seq)),
    onError,
  })

  const pinning = useMutation({
    mutationFn: ({ seq, pinned }: Message) => api.pin(group().id, seq, !pinned),
    onSuccess: (_, { pinned }) => say(pinned ? t('messages.unpinned_now') : t('messages.pinned_now')),
    onError,
  })

  async function copyLink({ seq }: Message): Promise<void> {
    const link = `${location.origin}/groups/${group().id}#m${seq}`
    if (await copyText(link)) say(t('app.copied'))
    else fail(link)
  }

  return {
    react,
    remove: ({ seq }: Message) => removal.mutate(seq),
    pin: (message: Message) => pinning.mutate(message),
    copyLink,
  }
}

export type MessageActions = ReturnType<typeof useMessageActions>

export function useReporting(group: () => Group, done: () => void) {
  const { t } = useI18n()
  return useMutation({
    mutationFn: ({ seq, reason }: { seq: number; reason: string }) => api.reportMessage(group().id, seq, reason),
    onSuccess: () => {
      say(t('messages.reported'))
      done()
    },
  })
}
