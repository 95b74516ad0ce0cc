import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

import { useMe } from '@/app/session'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const UNITS: [number, Intl.RelativeTimeFormatUnit][] = [
  [DAY, 'day'],
  [HOUR, 'hour'],
  [MINUTE, 'minute'],
]

/** The language as it is written where the reader lives, such as en-GB, if the browser says so. */
function regional(language: string): string {
  return navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language
}

/** Numbers and times, as the reader's language and time zone write them. */
export function useFormat() {
  const { locale: language } = useI18n()
  const locale = computed(() => regional(language.value))
  const { account } = useMe()
  const timeZone = computed(() => account.value?.time_zone ?? undefined)

  const formatNumber = (value: number) => new Intl.NumberFormat(locale.value).format(value)

  const formatPercent = (percent: number) =>
    new Intl.NumberFormat(locale.value, { style: 'percent' }).format(Math.round(percent) / 100)

  const formatDate = (time: string | Date, options: Intl.DateTimeFormatOptions = { dateStyle: 'medium' }) =>
    new Intl.DateTimeFormat(locale.value, { timeZone: timeZone.value, ...options }).format(new Date(time))

  const formatTime = (time: string | Date) => formatDate(time, { timeStyle: 'short' })

  /** The day in the reader's time zone as YYYY-MM-DD, to group and compare by. */
  const dayOf = (time: string | Date) =>
    new Intl.DateTimeFormat('en-CA', { timeZone: timeZone.value }).format(new Date(time))

  /** "in 2 days", "3 hours ago" up to a week, then the date. */
  function formatRelative(time: string | Date, now = Date.now()): string {
    const distance = new Date(time).getTime() - now
    if (Math.abs(distance) >= 7 * DAY) return formatDate(time)
    const relative = new Intl.RelativeTimeFormat(locale.value, { numeric: 'auto' })
    for (const [size, unit] of UNITS) {
      if (Math.abs(distance) >= size) return relative.format(Math.trunc(distance / size), unit)
    }
    return relative.format(0, 'second')
  }

  function formatSize(bytes: number): string {
    const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte']
    const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
    return new Intl.NumberFormat(locale.value, {
      style: 'unit',
      unit: units[power],
      unitDisplay: 'short',
      maximumFractionDigits: power > 1 ? 1 : 0,
    }).format(bytes / 1000 ** power)
  }

  const formatLanguage = (tag: string) => {
    try {
      return new Intl.DisplayNames(locale.value, { type: 'language' }).of(tag) ?? tag
    } catch {
      // A course's language is whatever its teacher wrote.
      return tag
    }
  }

  return {
    locale,
    timeZone,
    formatNumber,
    formatPercent,
    formatDate,
    formatTime,
    formatRelative,
    formatSize,
    formatLanguage,
    dayOf,
  }
}
