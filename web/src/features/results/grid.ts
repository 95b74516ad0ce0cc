/** Moving in a table with the keyboard (ARIA's grid pattern). */

export interface Place {
  row: number
  column: number
}

interface Press {
  key: string
  ctrlKey: boolean
}

/** Rows that Page Up and Page Down jump over. */
const PAGE = 10

/** Where a key leads from `at` in a table of so many rows and columns; null where it is not the table's key. */
export function moved(at: Place, { key, ctrlKey }: Press, rows: number, columns: number, isRtl: boolean): Place | null {
  const { row, column } = at
  const within = (to: number, count: number) => Math.max(0, Math.min(count - 1, to))
  const step = isRtl ? -1 : 1
  switch (key) {
    case 'ArrowDown':
      return { row: within(row + 1, rows), column }
    case 'ArrowUp':
      return { row: within(row - 1, rows), column }
    case 'ArrowRight':
      return { row, column: within(column + step, columns) }
    case 'ArrowLeft':
      return { row, column: within(column - step, columns) }
    case 'Home':
      return { row: ctrlKey ? 0 : row, column: 0 }
    case 'End':
      return { row: ctrlKey ? within(rows - 1, rows) : row, column: within(columns - 1, columns) }
    case 'PageDown':
      return { row: within(row + PAGE, rows), column }
    case 'PageUp':
      return { row: within(row - PAGE, rows), column }
    default:
      return null
  }
}
