import type { Accommodation, Allowance, Settings } from '@/api/tests'

/** How much time someone has for an attempt: a second that is begun is theirs, as the server counts. */
export function timeWith(limit: number, { extra_percent, extra_minutes }: Pick<Allowance, 'extra_percent' | 'extra_minutes'>): number {
  return Math.ceil((limit * (100 + extra_percent)) / 100) + 60 * extra_minutes
}

export const allowanceOf = ({ extra_percent, extra_minutes, extra_attempts, opens_at, closes_at }: Accommodation): Allowance => ({
  extra_percent,
  extra_minutes,
  extra_attempts,
  opens_at,
  closes_at,
})

/** Whether the test would close for someone before it opens. */
export function isBackwards(settings: Pick<Settings, 'opens_at' | 'closes_at'>, given: Pick<Allowance, 'opens_at' | 'closes_at'>): boolean {
  const [opens, closes] = [given.opens_at ?? settings.opens_at, given.closes_at ?? settings.closes_at]
  return opens !== null && closes !== null && Date.parse(opens) >= Date.parse(closes)
}
