import { saveAnswer } from '@/api/attempts'
import { Problem } from '@/api/problem'
import { dropStash, readStash, stashes } from '@/kit/stash'

import { keptAnswer } from './kept'

/** Answers that wait on this device, of attempts that are not open: they go out as soon as one is back, from any page. */
async function sendLeftovers(): Promise<void> {
  for (const name of stashes('answer.')) {
    const [, attempt = '', question = ''] = name.split('.')
    const kept = keptAnswer(name)
    if (!kept) continue
    try {
      await saveAnswer(attempt, question, kept)
    } catch (error) {
      // What may pass by itself stays for the next time.
      if (!(error instanceof Problem) || error.status >= 500 || error.status === 429 || error.status === 401) return
    }
    // Meanwhile it may have been answered anew.
    if (readStash(name)?.version === kept.number) dropStash(name)
  }
}

/** Sends what is left now and whenever the network comes back; the answer ends it. */
export function startSendingAnswers(): () => void {
  const send = () => void sendLeftovers()
  addEventListener('online', send)
  send()
  return () => removeEventListener('online', send)
}
