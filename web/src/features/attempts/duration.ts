import { useI18n } from 'vue-i18n'

import { useFormat } from '@/kit/format'

const MINUTE = 60_000
/** So many minutes and more are told in hours. */
const LONG = 100

/** A length of time in words, in whole minutes. */
export function useDuration() {
  const { t } = useI18n()
  const { formatNumber } = useFormat()

  function inMinutes(milliseconds: number): string {
    const all = Math.ceil(milliseconds / MINUTE)
    if (all < LONG) return minutes(all)
    const whole = Math.floor(all / 60)
    const hours = t('attempts.time.hours', { count: formatNumber(whole) }, whole)
    return all % 60 === 0 ? hours : t('attempts.time.both', { hours, minutes: minutes(all % 60) })
  }

  const minutes = (count: number) => t('attempts.time.minutes', { count: formatNumber(count) }, count)

  return { inMinutes }
}
