import { computed, onScopeDispose, ref } from 'vue'
import { useI18n } from 'vue-i18n'

import { announce } from '@/kit/announce'
import { useFormat } from '@/kit/format'

import { useDuration } from './duration'
import type { Taking } from './taking'

const SECOND = 1_000
const MINUTE = 60 * SECOND
/** From here on seconds are shown. */
const LAST = 5 * MINUTE
/** A device that is this far off would tell its owner another time than the test does. */
const OFF = MINUTE

/** The time that is left, told calmly: in minutes until the last five. */
export function useTimeLeft({ clock, deadline, closed }: Taking, over: () => void) {
  const { t } = useI18n()
  const { formatNumber, locale } = useFormat()
  const { inMinutes } = useDuration()
  const now = ref(clock.now())
  /** How far the device's clock is off, in whole minutes; 0 where it is near enough. */
  const drift = ref(0)
  const left = computed(() => (deadline.value === null ? null : Math.max(0, Date.parse(deadline.value) - now.value)))

  function tick(): void {
    const before = left.value
    now.value = clock.now()
    drift.value = Math.abs(clock.drift) < OFF ? 0 : Math.round(clock.drift / MINUTE)
    if (before === null || left.value === null || closed.value) return
    for (const mark of [LAST, MINUTE]) {
      if (before > mark && left.value <= mark) announce(t('attempts.time.left', { time: inMinutes(mark) }))
    }
    if (left.value === 0 && before > 0) over()
  }
  const timer = setInterval(tick, SECOND)
  onScopeDispose(() => clearInterval(timer))

  const isLast = computed(() => left.value !== null && left.value <= LAST)
  const text = computed(() => {
    if (left.value === null) return null
    if (!isLast.value) return inMinutes(left.value)
    const seconds = Math.ceil(left.value / SECOND)
    const two = new Intl.NumberFormat(locale.value, { minimumIntegerDigits: 2 })
    return `${formatNumber(Math.floor(seconds / 60))}:${two.format(seconds % 60)}`
  })

  return { left, text, isLast, drift }
}
