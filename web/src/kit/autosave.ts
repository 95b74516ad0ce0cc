import { computed, onScopeDispose, reactive, ref, shallowRef } from 'vue'

import { isProblem, Problem } from '@/api/problem'

import { dropStash, readStash, writeStash } from './stash'

/**
 * Saves as one types. What has changed is sent a moment after the last key, one request at a time, with the version it
 * was made from. Where the server cannot be reached it tries again by itself, and keeps the change on this device.
 * Where someone else has changed the same field meanwhile, both versions stand until one chooses; other fields of
 * theirs are simply taken over.
 */

export type SaveState = 'saved' | 'waiting' | 'saving' | 'failed' | 'conflict'

const QUIET = 800
const LONGEST_WAIT = 5_000
const LONGEST_RETRY = 30_000

interface Options<Thing extends { version: number }, Fields extends object> {
  /** The fields that can be changed, as they stand in `thing`. */
  read: (thing: Thing) => Fields
  send: (version: number, change: Partial<Fields>) => Promise<Thing>
  saved?: (thing: Thing) => void
  /** Names the thing among what is kept on this device. */
  name: string
}

export interface Conflict<Thing, Fields> {
  thing: Thing
  fields: (keyof Fields)[]
}

export type Autosave = Pick<ReturnType<typeof useAutosave>, 'state' | 'error' | 'isUnsaved' | 'flush'>

export function useAutosave<Thing extends { version: number }, Fields extends object>(
  thing: Thing,
  { read, send, saved, name }: Options<Thing, Fields>,
) {
  let base = thing
  let changed: Partial<Fields> = {}
  let timer: ReturnType<typeof setTimeout> | undefined
  let waitingSince = 0
  let failures = 0
  let running: Promise<void> | null = null

  const fields = reactive({ ...read(thing) }) as Fields
  const state = ref<SaveState>('saved')
  const error = shallowRef<unknown>(null)
  const conflict = shallowRef<Conflict<Thing, Fields> | null>(null)
  const isUnsaved = computed(() => state.value !== 'saved')

  const isDirty = () => Object.keys(changed).length > 0

  /** Takes over a change that somebody makes in a form. */
  function change(part: Partial<Fields>): void {
    Object.assign(fields, part)
    Object.assign(changed, part)
    writeStash(name, { version: base.version, fields: changed })
    if (state.value === 'conflict') return
    if (state.value !== 'saving') state.value = 'waiting'
    waitingSince ||= Date.now()
    schedule(Math.min(QUIET, Math.max(0, waitingSince + LONGEST_WAIT - Date.now())))
  }

  function schedule(delay: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => void flush(), delay)
  }

  /** Sends at once what is not saved yet; true when nothing is left. */
  async function flush(): Promise<boolean> {
    clearTimeout(timer)
    while (isDirty() && state.value !== 'conflict') {
      running ??= sendChanged().finally(() => (running = null))
      await running
      if (state.value === 'failed') break
    }
    return !isDirty()
  }

  async function sendChanged(): Promise<void> {
    const sending = changed
    changed = {}
    waitingSince = 0
    state.value = 'saving'
    error.value = null
    try {
      base = await send(base.version, sending)
      failures = 0
      takeOver()
      settle()
      saved?.(base)
    } catch (reason) {
      changed = { ...sending, ...changed }
      if (isProblem(reason, 'stale_edit') && isNews(reason.current)) meet(reason.current as Thing)
      else failed(reason)
    }
  }

  /** Only a newer version can be met; anything else would be sent again for ever. */
  function isNews(current: unknown): boolean {
    return (current as Thing | undefined)?.version !== base.version && current != null
  }

  function settle(): void {
    if (isDirty()) {
      state.value = 'waiting'
      writeStash(name, { version: base.version, fields: changed })
    } else {
      state.value = 'saved'
      dropStash(name)
    }
  }

  /** Shows the fields that are not being changed as they are on the server. */
  function takeOver(): void {
    for (const [key, value] of Object.entries(read(base))) {
      if (!(key in changed)) Object.assign(fields, { [key]: value as unknown })
    }
  }

  /** Someone else was quicker: their change counts where it is not ours too. */
  function meet(theirs: Thing): void {
    const [was, is] = [read(base), read(theirs)]
    const keys = Object.keys(changed) as (keyof Fields)[]
    const both = keys.filter((key) => !same(was[key], is[key]) && !same(changed[key], is[key]))
    if (both.length > 0) {
      conflict.value = { thing: theirs, fields: both }
      state.value = 'conflict'
    } else {
      base = theirs
      takeOver()
      state.value = 'waiting'
    }
  }

  function failed(reason: unknown): void {
    state.value = 'failed'
    error.value = reason
    const mayPass = !(reason instanceof Problem) || reason.status >= 500 || reason.status === 429
    if (!mayPass) return
    const seconds = reason instanceof Problem ? reason.retryAfter : null
    schedule(Math.max((seconds ?? 0) * 1000, Math.min(LONGEST_RETRY, 2_000 * 2 ** failures)))
    failures += 1
  }

  function keepMine(): void {
    decide(() => undefined)
  }

  function takeTheirs(): void {
    decide(({ fields: both }) => {
      changed = Object.fromEntries(
        Object.entries(changed).filter(([key]) => !both.includes(key as keyof Fields)),
      ) as Partial<Fields>
    })
  }

  function decide(by: (met: Conflict<Thing, Fields>) => void): void {
    const met = conflict.value
    if (!met) return
    by(met)
    base = met.thing
    conflict.value = null
    takeOver()
    settle()
    void flush()
  }

  /** The thing has been read again: its news count where nothing is being changed. */
  function rebase(fresh: Thing): void {
    if (state.value !== 'saved' || fresh.version <= base.version) return
    base = fresh
    takeOver()
  }

  /** What an earlier visit could not send. */
  function recover(): void {
    const kept = readStash<Fields>(name)
    if (!kept) return
    const now = read(base)
    const keys = (Object.keys(kept.fields) as (keyof Fields)[]).filter((key) => !same(kept.fields[key], now[key]))
    if (keys.length === 0) {
      dropStash(name)
      return
    }
    changed = Object.fromEntries(keys.map((key) => [key, kept.fields[key]])) as Partial<Fields>
    Object.assign(fields, changed)
    if (kept.version === base.version) {
      state.value = 'waiting'
      schedule(QUIET)
    } else {
      conflict.value = { thing: base, fields: keys }
      state.value = 'conflict'
    }
  }

  const online = () => {
    if (state.value === 'failed') void flush()
  }
  const hide = () => {
    if (document.visibilityState === 'hidden' && state.value === 'waiting') void flush()
  }
  const unload = (event: BeforeUnloadEvent) => {
    if (isUnsaved.value) event.preventDefault()
  }
  addEventListener('online', online)
  addEventListener('beforeunload', unload)
  document.addEventListener('visibilitychange', hide)
  onScopeDispose(() => {
    removeEventListener('online', online)
    removeEventListener('beforeunload', unload)
    document.removeEventListener('visibilitychange', hide)
    clearTimeout(timer)
  })

  recover()
  return { fields, state, error, conflict, isUnsaved, change, flush, keepMine, takeTheirs, rebase }
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
