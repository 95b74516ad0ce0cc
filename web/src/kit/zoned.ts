/** Times as a form writes them, `YYYY-MM-DDTHH:mm` in some time zone, and as they travel, in UTC. */

const MINUTE = 60_000

/** How far `zone` is ahead of UTC at `time`, in milliseconds. */
function offset(time: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(time)
  const part = (type: string) => Number(parts.find((found) => found.type === type)?.value)
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'))
  return local - Math.floor(time / MINUTE) * MINUTE
}

export function toLocal(time: string | null, zone: string): string {
  if (!time) return ''
  const utc = new Date(time).getTime()
  return new Date(utc + offset(utc, zone)).toISOString().slice(0, 16)
}

/** A time that a change of the clocks skips is taken an hour later; one that comes twice, the first time. */
export function fromLocal(local: string, zone: string): string | null {
  const wall = Date.parse(`${local}Z`)
  if (Number.isNaN(wall)) return null
  const day = 24 * 60 * MINUTE
  const [before, after] = [offset(wall - day, zone), offset(wall + day, zone)]
  const early = wall - before
  const time = offset(early, zone) === before ? early : wall - after
  return new Date(offset(time, zone) === wall - time ? time : early).toISOString()
}
