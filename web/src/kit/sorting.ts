/** Dragging rows within and between the lists of one group, with any pointer: mouse, pen or finger. */

export interface Place {
  id: string
  /** The name of the list to put it in. */
  list: string
  /** Where in that list, as if the row itself were not in it. */
  index: number
}

const ROW = '[data-sortable-id]'
const EDGE = 56

/** Follows the pointer until it is let go; answers where the row was dropped, or null. */
export function drag(event: PointerEvent, group: string): Promise<Place | null> {
  const handle = event.currentTarget as HTMLElement
  const row = handle.closest<HTMLElement>(ROW)
  if (!row || event.button !== 0) return Promise.resolve(null)

  event.preventDefault()
  handle.setPointerCapture(event.pointerId)
  row.dataset.dragging = ''
  let place: Place | null = null
  let marked: HTMLElement | null = null

  function mark(element: HTMLElement | null, side: string): void {
    delete marked?.dataset.drop
    marked = element
    if (marked) marked.dataset.drop = side
  }

  function follow({ clientX, clientY }: PointerEvent): void {
    if (clientY < EDGE) scrollBy(0, -12)
    else if (clientY > innerHeight - EDGE) scrollBy(0, 12)
    const list = document
      .elementFromPoint(clientX, clientY)
      ?.closest<HTMLElement>(`[data-sortable-group="${CSS.escape(group)}"]`)
    if (!list) return
    const others = rowsOf(list).filter((other) => other !== row)
    const index = others.filter((other) => middle(other) < clientY).length
    place = { id: row?.dataset.sortableId ?? '', list: list.dataset.sortableList ?? '', index }
    const before = others[index]
    if (before) mark(before, 'before')
    else mark(others.at(-1) ?? list, 'after')
  }

  return new Promise((resolve) => {
    const end = (dropped: Place | null) => {
      mark(null, '')
      delete row.dataset.dragging
      stop.abort()
      resolve(dropped)
    }
    const stop = new AbortController()
    const { signal } = stop
    handle.addEventListener('pointermove', follow, { signal })
    handle.addEventListener('pointerup', () => end(place), { signal })
    handle.addEventListener('pointercancel', () => end(null), { signal })
    addEventListener('keydown', (key) => key.key === 'Escape' && end(null), { signal })
  })
}

function rowsOf(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>(`:scope > ${ROW}`)]
}

function middle(row: HTMLElement): number {
  const { top, height } = row.getBoundingClientRect()
  return top + height / 2
}
