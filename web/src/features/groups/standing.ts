import type { Group, GroupAdmission } from '@/api/types'

/** What the caller may do with a group, as the server decides it. */

export const ADMISSIONS: GroupAdmission[] = ['open', 'request', 'invitation']

/** A group as `groupQuery` knows it, with whether one is on the staff of its course. */
type Known = Group & { staff?: boolean }

/** May change and archive it, and say who moderates. */
export const owns = ({ role, standing, staff }: Known) => role === 'owner' || standing === 'staff' || staff === true

/** May let people in and out, mute them, and decide what was reported. */
export const moderates = (group: Known) => owns(group) || group.role === 'moderator'

/** May read what is said in it. */
export const mayRead = ({ standing }: Group) => standing === 'member' || standing === 'staff'

export const isFull = ({ places, members }: Group) => places !== null && members >= places

export function isMuted(until: string | null): until is string {
  return until !== null && new Date(until).getTime() > Date.now()
}
