import type { Order } from '@/api/teaching'
import type { DraftEntry, DraftModule, Id } from '@/api/types'
import type { Place } from '@/kit/sorting'

/** The order of modules and items, as pure functions. */

/** The list that the modules themselves are in; every other list is named by its module. */
export const MODULES = 'modules'

/** The outline with one thing moved; where it is not there any more, the outline as it is. */
export function moved(modules: readonly DraftModule[], { id, list, index }: Place): DraftModule[] {
  if (list === MODULES) {
    const module = modules.find((one) => one.id === id)
    return module ? modules.filter((one) => one !== module).toSpliced(index, 0, module) : [...modules]
  }
  const item = modules.flatMap(({ items }) => items).find((one) => one.id === id)
  if (!item || !modules.some((module) => module.id === list)) return [...modules]
  return modules.map((module) => {
    const others = module.items.filter((one) => one !== item)
    return { ...module, items: module.id === list ? others.toSpliced(index, 0, item) : others }
  })
}

/** Where an item goes that is pushed past an end of its module: into the next one, or nowhere. */
export function beyond(modules: readonly DraftModule[], id: Id, direction: 'up' | 'down'): Place | null {
  const from = modules.findIndex(({ items }) => items.some((item) => item.id === id))
  const to = modules[direction === 'up' ? from - 1 : from + 1]
  if (from < 0 || !to) return null
  return { id, list: to.id, index: direction === 'up' ? to.items.length : 0 }
}

export function orders(modules: readonly DraftModule[]): Order[] {
  return modules.map(({ id, items }) => ({ id, items: items.map((item) => item.id) }))
}

export function withModule(modules: readonly DraftModule[], id: Id, change: (module: DraftModule) => DraftModule): DraftModule[] {
  return modules.map((module) => (module.id === id ? change(module) : module))
}

export function withItem(modules: readonly DraftModule[], id: Id, change: Partial<DraftEntry>): DraftModule[] {
  return modules.map((module) => ({
    ...module,
    items: module.items.map((item) => (item.id === id ? { ...item, ...change } : item)),
  }))
}

export function without(modules: readonly DraftModule[], id: Id): DraftModule[] {
  return modules
    .filter((module) => module.id !== id)
    .map((module) => ({ ...module, items: module.items.filter((item) => item.id !== id) }))
}
