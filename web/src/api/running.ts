import { request } from './client'
import type { Id, List, Time } from './types'

/** An attempt at a test that one can go on with. Apart from the others, for the first page. */
export interface RunningAttempt {
  id: Id
  test: { id: Id; title: string; course_id: Id }
  started_at: Time
  deadline_at: Time | null
  now: Time
}

/** One's own, what ends first before the others. */
export const runningAttempts = (signal?: AbortSignal) => request<List<RunningAttempt>>('GET', '/attempts', { signal })
