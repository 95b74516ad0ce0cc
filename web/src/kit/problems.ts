import { useI18n } from 'vue-i18n'

import { Problem, Unreachable } from '@/api/problem'

import { useFormat } from './format'

/** Seconds. */
const MOMENT = 30

/**
 * What to tell people about an error: by its code, else by its status, else in the server's words. An area has words
 * for the codes that only it meets, such as `teach.problem.last_owner`.
 */
export function useProblemText() {
  const i18n = useI18n()
  const { formatNumber } = useFormat()

  function told(name: string): string | undefined {
    const areas = Object.keys(i18n.getLocaleMessage(i18n.locale.value))
    const area = areas.find((known) => i18n.te(`${known}.problem.${name}`))
    return area && i18n.t(`${area}.problem.${name}`)
  }

  return (error: unknown): string => {
    if (error instanceof Unreachable) return i18n.t('app.problem.unreachable')
    if (!(error instanceof Problem)) return i18n.t('app.problem.unknown')
    // Shorter waits than this are over before one has read of them.
    if (error.status === 429 && error.retryAfter && error.retryAfter > MOMENT) {
      const minutes = Math.ceil(error.retryAfter / 60)
      return i18n.t('app.problem.wait', { count: formatNumber(minutes) }, minutes)
    }
    return told(error.code) ?? told(`status_${error.status}`) ?? (error.detail || i18n.t('app.problem.unknown'))
  }
}
