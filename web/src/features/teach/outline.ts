import { useQueryClient } from '@tanstack/vue-query'
import { computed, nextTick, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'

import { isProblem } from '@/api/problem'
import * as api from '@/api/teaching'
import type { DraftEntry, DraftItem, DraftModule, Id, WrittenKind } from '@/api/types'
import { announce } from '@/kit/announce'
import { useProblemText } from '@/kit/problems'
import type { Place } from '@/kit/sorting'
import { fail, sayUndo } from '@/kit/toasts'

import { beyond, moved, orders, withItem, without, withModule } from './arranging'
import { useDesk } from './desk'
import { draftItemQuery, draftQuery } from './queries'

/** How often a move is made again on an outline that somebody else has changed. */
const ATTEMPTS = 3

export interface Adding {
  module: Id
  kind: Exclude<WrittenKind, 'lesson'>
}

/** The outline of the draft: every change shows at once, and is taken back where the server refuses it. */
export function useOutline() {
  const { t } = useI18n()
  const queries = useQueryClient()
  const route = useRoute()
  const router = useRouter()
  const problemText = useProblemText()
  const { course, flush, refresh, refreshSoon } = useDesk()
  const { id: courseId } = course.value
  const key = draftQuery(courseId).queryKey

  const modules = computed(() => course.value.outline.modules)
  const selected = computed(() => (typeof route.query.item === 'string' ? route.query.item : null))
  /** The module or item whose name is being written. */
  const renaming = ref<Id | null>(null)

  /** The item that is being added, and where. */
  const adding = ref<Adding | null>(null)
  /** The module that is to get a new test. */
  const newTestIn = ref<Id | null>(null)

  function show(change: (modules: DraftModule[]) => DraftModule[]): void {
    // An answer on its way knows nothing of this change yet.
    void queries.cancelQueries({ queryKey: key, exact: true })
    queries.setQueryData(key, (draft) => draft && { ...draft, outline: { ...draft.outline, modules: change(draft.outline.modules) } })
  }

  /** Does `work`, and shows the outline as the server has it where that fails. */
  async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await work()
      refreshSoon()
      return answer
    } catch (error) {
      fail(problemText(error))
      refresh()
      return undefined
    }
  }

  let pending: Place[] = []
  let sending: Promise<void> | null = null

  /** Moves a module or an item. */
  function place(to: Place): void {
    show((shown) => moved(shown, to))
    pending.push(to)
    sending ??= attempt(sendOrder)
      .then(() => undefined)
      .finally(() => {
        sending = null
        pending = []
      })
  }

  async function sendOrder(attempts = ATTEMPTS): Promise<void> {
    while (pending.length > 0) {
      const count = pending.length
      // As it is shown now: what the components were given follows a moment later.
      const draft = queries.getQueryData(key)
      if (!draft) return
      try {
        const answer = await api.arrange(courseId, draft.version, orders(draft.outline.modules))
        pending.splice(0, count)
        const now = (answer as { version?: unknown } | undefined)?.version
        if (typeof now === 'number') queries.setQueryData(key, (known) => known && { ...known, version: now })
      } catch (error) {
        if (!isProblem(error, 'stale_edit') || attempts <= 1) throw error
        await queries.query({ ...draftQuery(courseId), staleTime: 0 })
        show((fresh) => pending.reduce(moved, fresh))
        return sendOrder(attempts - 1)
      }
    }
  }

  /** Alt and an arrow at the end of a module take an item into the next one. */
  async function step(item: DraftEntry, direction: 'up' | 'down'): Promise<void> {
    const to = beyond(modules.value, item.id, direction)
    if (!to) return
    place(to)
    const module = modules.value.find(({ id }) => id === to.list)
    announce(t('teach.outline.moved_into', { title: item.title, module: module?.title ?? '' }))
    await nextTick()
    document.querySelector<HTMLElement>(`[data-sortable-id="${CSS.escape(item.id)}"] button`)?.focus()
  }

  async function addModule(): Promise<void> {
    const module = await attempt(() => api.addModule(courseId, t('teach.outline.new_module')))
    if (!module) return
    show((shown) => [...shown, { ...module, version: module.version ?? 1, items: [] }])
    renaming.value = module.id
  }

  /** A lesson begins empty; the other kinds begin with what they show, which is asked for first. */
  async function begin(module: Id, kind: WrittenKind): Promise<void> {
    if (kind === 'lesson') await attempt(() => addItem(module, { kind, title: t('teach.outline.new_lesson') }))
    else adding.value = { module, kind }
  }

  async function addItem(module: Id, fresh: api.NewItem): Promise<void> {
    const item = await api.addItem(module, fresh)
    adding.value = null
    refreshSoon()
    show((shown) => withModule(shown, module, (one) => ({ ...one, items: [...one.items, item] })))
    queries.setQueryData(draftItemQuery(courseId, item.id).queryKey, item)
    await open(item.id, true)
  }

  /** Opens an item to be written; a new one with its name to be chosen first. */
  async function open(item: Id | null, isNew = false): Promise<void> {
    await router.push({ name: 'teach-course', params: { id: courseId }, query: item ? { item, ...(isNew && { new: '1' }) } : {} })
  }

  async function renameModule(module: DraftModule, title: string): Promise<void> {
    renaming.value = null
    if (!title || title === module.title) return
    show((shown) => withModule(shown, module.id, (one) => ({ ...one, title })))
    const answer = await attempt(() => api.renameModule(module.id, module.version, title))
    if (answer) show((shown) => withModule(shown, module.id, (one) => ({ ...one, version: answer.version ?? one.version })))
  }

  async function renameItem(item: DraftEntry, title: string): Promise<void> {
    renaming.value = null
    if (!title || title === item.title) return
    show((shown) => withItem(shown, item.id, { title }))
    const answer = await attempt(() => api.changeItem(item.id, item.version, { title }))
    if (answer) tookOver(answer)
  }

  /** An item has been saved: the outline and whoever has it open show it as it is now. */
  function tookOver(item: DraftItem): void {
    const { id, title, version, minutes, release_at, due_at } = item
    show((shown) => withItem(shown, id, { title, version, minutes, release_at, due_at }))
    queries.setQueryData(draftItemQuery(courseId, id).queryKey, item)
    refreshSoon()
  }

  async function remove(thing: DraftEntry | DraftModule): Promise<void> {
    const gone = 'items' in thing ? thing.items.map(({ id }) => id) : [thing.id]
    const [take, restore] = 'items' in thing ? [api.deleteModule, api.restoreModule] : [api.deleteItem, api.restoreItem]
    if (selected.value && gone.includes(selected.value)) {
      await flush()
      await open(null)
    }
    show((shown) => without(shown, thing.id))
    const isGone = await attempt(async () => {
      await take(thing.id)
      return true
    })
    if (!isGone) return
    sayUndo(t('teach.deleted', { title: thing.title }), t('app.undo'), async () => {
      await attempt(() => restore(thing.id))
      refresh()
    })
  }

  return {
    modules,
    selected,
    renaming,
    adding,
    newTestIn,
    place,
    step,
    addModule,
    begin,
    addItem,
    open,
    renameModule,
    renameItem,
    tookOver,
    remove,
  }
}

export type Outline = ReturnType<typeof useOutline>
