import type { Time } from '@/api/types'

/** Whether the clock ended an attempt: then it counts as over at its deadline, and otherwise when it was handed in. */
export const wasTimeUp = (attempt: { deadline_at: Time | null; submitted_at: Time | null }): boolean =>
  attempt.deadline_at !== null && attempt.submitted_at !== null && Date.parse(attempt.submitted_at) >= Date.parse(attempt.deadline_at)
