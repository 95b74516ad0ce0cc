import type { Id } from '@/api/types'
import { queryClient } from '@/app/query'
import { groupQuery, membersQuery } from '@/features/groups/queries'

import { seqOf } from './link'
import { talkQuery } from './queries'

/** Asks for what the page of a group shows, while the page's own code is on its way; the page hears of failures. */
export function fetchAhead(group: Id, hash: string): void {
  void queryClient.query(groupQuery(group)).catch(() => undefined)
  void queryClient.query(talkQuery(group, seqOf(hash))).catch(() => undefined)
  void queryClient.infiniteQuery(membersQuery(group, '')).catch(() => undefined)
}
