import { useQuery } from '@tanstack/vue-query'
import { computed, nextTick, type Ref, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'

import { members } from '@/api/groups'
import type { Id, Person } from '@/api/types'
import { announce } from '@/kit/announce'
import { useSettled } from '@/kit/delayed'

import { mentionAt } from './mentions'

/** People to choose from at once. */
const MOST = 6

interface Options {
  group: () => Id
  me: () => Id
  text: Ref<string>
  box: Readonly<Ref<HTMLTextAreaElement | null>>
  mention: (name: string, id: Id) => void
}

/** Completes the name that is being written after an @. */
export function useMentioning({ group, me, text, box, mention }: Options) {
  const { t } = useI18n()
  const at = ref<{ from: number; name: string } | null>(null)
  const chosen = ref(0)
  const q = useSettled(() => at.value?.name.trim() ?? null, 120)

  const query = useQuery(() => ({
    queryKey: ['group', group(), 'members', 'mention', q.value ?? ''],
    queryFn: async ({ signal }: { signal: AbortSignal }) => (await members(group(), q.value ?? '', undefined, signal)).items,
    enabled: q.value !== null,
  }))

  const people = computed<Person[]>(() => {
    const typed = at.value?.name.trim().toLocaleLowerCase()
    if (typed === undefined) return []
    return (query.data.value ?? [])
      .map(({ account }) => account)
      .filter(({ id, name }) => id !== me() && name.toLocaleLowerCase().includes(typed))
      .slice(0, MOST)
  })

  /** Where the caret stands now. */
  function look(): void {
    const caret = box.value?.selectionStart ?? 0
    at.value = box.value?.selectionEnd === caret ? mentionAt(text.value, caret) : null
  }

  function close(): void {
    at.value = null
  }

  async function choose(person: Person): Promise<void> {
    const place = at.value
    const caret = box.value?.selectionStart ?? 0
    if (!place) return
    mention(person.name, person.id)
    text.value = `${text.value.slice(0, place.from)}@${person.name} ${text.value.slice(caret).trimStart()}`
    close()
    await nextTick()
    const end = place.from + person.name.length + 2
    box.value?.focus()
    box.value?.setSelectionRange(end, end)
  }

  /** True where the key was for the list. */
  function press(event: KeyboardEvent): boolean {
    const { length } = people.value
    if (length === 0) return false
    const to = { ArrowDown: chosen.value + 1, ArrowUp: chosen.value - 1 }[event.key]
    const person = people.value[chosen.value]
    if (to !== undefined) chosen.value = (to + length) % length
    else if ((event.key === 'Enter' || event.key === 'Tab') && person) void choose(person)
    else if (event.key === 'Escape') close()
    else return false
    event.preventDefault()
    return true
  }

  watch(people, ({ length }) => {
    chosen.value = 0
    if (length > 0) announce(t('messages.people_found', { count: length }, length))
  })

  return { people, chosen, look, press, choose, close }
}
