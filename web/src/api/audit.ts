import { path, request } from './client'
import type { AuditEntry, Id, List } from './types'

/** What staff did: in one course, or in the whole school. */
export const audit = (course: Id | null, after?: string, signal?: AbortSignal) =>
  request<List<AuditEntry>>('GET', course === null ? '/audit' : path`/courses/${course}/audit`, {
    query: { after },
    signal,
  })
