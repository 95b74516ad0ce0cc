/** Months as `YYYY-MM` and days as `YYYY-MM-DD`: what the calendar counts in, whatever the time zone. */

const DAY = 86_400_000

export const isMonth = (text: unknown): text is string =>
  typeof text === 'string' && /^[1-9]\d{3}-(0[1-9]|1[0-2])$/.test(text)

export function monthAfter(month: string, months: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 7)
}

/** A day as a time at which it is that day in UTC, to format it with. */
export const noonOf = (day: string) => new Date(`${day}T12:00:00Z`)

/** The weeks that a month touches, each from the first day of the week (1 is Monday, 7 Sunday). */
export function weeksOf(month: string, firstDay: number): string[][] {
  const first = Date.parse(`${month}-01T00:00:00Z`)
  const next = Date.parse(`${monthAfter(month, 1)}-01T00:00:00Z`)
  const weekday = new Date(first).getUTCDay() || 7
  const start = first - ((weekday - firstDay + 7) % 7) * DAY
  const weeks: string[][] = []
  for (let week = start; week < next; week += 7 * DAY) {
    weeks.push(Array.from({ length: 7 }, (_, day) => new Date(week + day * DAY).toISOString().slice(0, 10)))
  }
  return weeks
}

/** The first day of the week where `tag` is spoken, from 1 for Monday to 7 for Sunday. */
export function firstDayOf(tag: string): number {
  const locale = new Intl.Locale(tag) as Intl.Locale & {
    getWeekInfo?: () => { firstDay: number }
    weekInfo?: { firstDay: number }
  }
  return (locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay ?? 1
}
