import { type ProgressChange, saveProgress } from '@/api/courses'
import { Problem, Unreachable } from '@/api/problem'
import type { Progress } from '@/api/types'
import { queryClient } from '@/app/query'
import { meQuery } from '@/app/session'

/**
 * Progress that could not be sent yet. It waits on this device, one entry an item, and goes out as soon as the server
 * can be reached. Keyed by who read, so that nobody sends another's.
 */
type Waiting = Record<string, ProgressChange>

const key = () => `banyan.progress.${queryClient.getQueryData(meQuery.queryKey)?.id ?? ''}`

function read(): Waiting {
  try {
    return JSON.parse(localStorage.getItem(key()) ?? '{}') as Waiting
  } catch {
    return {}
  }
}

function write(waiting: Waiting): void {
  try {
    if (Object.keys(waiting).length === 0) localStorage.removeItem(key())
    else localStorage.setItem(key(), JSON.stringify(waiting))
  } catch {
    // Storage is full or forbidden: then the place is as old as its last sending.
  }
}

/** Whether a failure may pass by itself. */
function passes(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Problem && (error.status >= 500 || error.status === 429))
}

/** Sends progress, or keeps it for later and answers null. */
export async function send(
  course: string,
  item: string,
  change: ProgressChange,
  keepalive: boolean,
): Promise<Progress | null> {
  const name = `${course}/${item}`
  try {
    const saved = await saveProgress(course, item, change, keepalive)
    const { [name]: sent, ...others } = read()
    if (sent) write(others)
    return saved
  } catch (error) {
    if (!passes(error)) throw error
    write({ ...read(), [name]: change })
    return null
  }
}

/** Sends what is waiting, until something still fails. */
export async function flush(): Promise<void> {
  for (const [name, change] of Object.entries(read())) {
    const [course = '', item = ''] = name.split('/')
    try {
      if ((await send(course, item, change, false)) === null) return
    } catch {
      // It will never be taken: the item is gone, or one has left the course.
      const { [name]: refused, ...others } = read()
      if (refused) write(others)
    }
  }
}
