import type { GivenResponse, Sheet, Wanted } from '@/api/grading'
import type { Id } from '@/api/types'

/** The responses to a question in the order in which they are graded. Those that have been graded stay in their place. */

/** From 0; -1 where it is not among them. */
export const placeOf = (queue: readonly GivenResponse[], attempt: Id | undefined) =>
  queue.findIndex(({ attempt_id: id }) => id === attempt)

export const waitingIn = (queue: readonly GivenResponse[]) => queue.filter(({ state }) => state === 'waiting')

/**
 * Which one follows once this one is saved: of those that wait the next that still does, also one that was passed over
 * before; of the others simply the next. Undefined at the end.
 */
export function following(queue: readonly GivenResponse[], current: Id | undefined, wanted: Wanted): GivenResponse | undefined {
  const at = placeOf(queue, current)
  const behind = queue.slice(at + 1)
  if (wanted !== 'waiting') return behind[0]
  const isOpen = ({ state, attempt_id: id }: GivenResponse) => state === 'waiting' && id !== current
  return behind.find(isOpen) ?? queue.slice(0, Math.max(0, at)).find(isOpen)
}

/** The queue with what is known of one of its responses now. */
export function told(queue: readonly GivenResponse[], { attempt_id: attempt, state, points, graders }: Sheet): GivenResponse[] {
  return queue.map((one) => (one.attempt_id === attempt ? { ...one, state, points, graders } : one))
}
