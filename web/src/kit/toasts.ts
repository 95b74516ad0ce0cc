import { readonly, ref } from 'vue'

/** A word about what has just happened, at the foot of the page. */
export interface Toast {
  id: number
  text: string
  kind: 'said' | 'failed'
  action?: { label: string; run: () => unknown } | undefined
}

const SAID = 5_000
const UNDO = 10_000

const shown = ref<Toast[]>([])
const timers = new Map<number, ReturnType<typeof setTimeout>>()
let last = 0

export const toasts = readonly(shown)

function add(toast: Omit<Toast, 'id'>, duration: number): number {
  const id = ++last
  shown.value = [...shown.value.slice(-2), { ...toast, id }]
  resume(id, duration)
  return id
}

/** Tells `text`. */
export function say(text: string): number {
  return add({ text, kind: 'said' }, SAID)
}

/** Tells that something went wrong, with a way to try again where there is one. */
export function fail(text: string, action?: Toast['action']): number {
  return add({ text, kind: 'failed', action }, UNDO)
}

/** Tells what has been done, and for ten seconds offers to undo it. */
export function sayUndo(text: string, label: string, undo: () => unknown): number {
  return add({ text, kind: 'said', action: { label, run: undo } }, UNDO)
}

export function dismiss(id: number): void {
  pause(id)
  timers.delete(id)
  shown.value = shown.value.filter((toast) => toast.id !== id)
}

/** Keeps a toast while it is pointed at or has the focus. */
export function pause(id: number): void {
  clearTimeout(timers.get(id))
}

export function resume(id: number, duration = SAID): void {
  pause(id)
  timers.set(
    id,
    setTimeout(() => dismiss(id), duration),
  )
}
