import { useInfiniteQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

import type { Id, MessagePage } from '@/api/types'
import { useMe } from '@/app/session'
import { membersQuery } from '@/features/groups/queries'

/** The members of a group by name, as far as they fit beside its messages, and what the people in it are called. */
export function usePeople(group: () => Id, talk: () => MessagePage | undefined) {
  const { t } = useI18n()
  const { account } = useMe()
  const query = useInfiniteQuery(() => membersQuery(group(), ''))
  const members = computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? [])

  const names = computed(
    () =>
      new Map([
        ...(account.value ? [[account.value.id, account.value.name] as const] : []),
        ...(talk()?.items ?? []).map(({ author }) => [author.id, author.name] as const),
        ...members.value.map(({ account }) => [account.id, account.name] as const),
      ]),
  )
  const nameOf = (id: Id) => names.value.get(id) ?? t('messages.someone')

  return { query, members, names, nameOf }
}
