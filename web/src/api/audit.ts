import { path, request } from './client'
import type { AuditPage, Id } from './types'

/** What staff did: in one course, or in the whole school. */
export const audit = (course: Id | null, after?: string, signal?: AbortSignal) =>
  request<AuditPage>('GET', course === null ? '/audit' : path`/courses/${course}/audit`, {
    query: { after },
    signal,
  })
