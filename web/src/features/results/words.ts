import { useI18n } from 'vue-i18n'

import type { Standing } from '@/api/results'
import { useDuration } from '@/features/attempts/duration'
import { useFormat } from '@/kit/format'

/** Seconds. */
const MINUTE = 60
/** From here on they are counted one by one. */
const LAST = 5 * MINUTE

/** Numbers of results in words. */
export function useResultWords() {
  const { t } = useI18n()
  const { formatNumber, formatDate, formatPercent, locale } = useFormat()
  const { inMinutes } = useDuration()

  const points = (got: number, of: number) =>
    t('results.points', { points: formatNumber(Math.round(got * 100) / 100), of: formatNumber(Math.round(of * 100) / 100) })

  const when = (time: string) => formatDate(time, { dateStyle: 'medium', timeStyle: 'short' })

  function took(seconds: number): string {
    if (seconds >= MINUTE) return inMinutes(Math.round(seconds / MINUTE) * MINUTE * 1_000)
    return new Intl.NumberFormat(locale.value, { style: 'unit', unit: 'second', unitDisplay: 'long' }).format(seconds)
  }

  /** Time that is left: minutes, and from the last five on seconds too. */
  function left(seconds: number): string {
    if (seconds > LAST) return inMinutes(seconds * 1_000)
    const two = new Intl.NumberFormat(locale.value, { minimumIntegerDigits: 2 })
    return `${formatNumber(Math.floor(seconds / MINUTE))}:${two.format(seconds % MINUTE)}`
  }

  /** What somebody has reached, or why there is nothing yet. */
  function reached(percent: number | null, state: Standing): string {
    return percent === null ? t(`results.state.${state}`) : formatPercent(percent)
  }

  return { points, when, took, left, reached }
}
