import type { QuestionCategory } from '@/api/questions'
import type { Id } from '@/api/types'

/** A category where it stands in the tree; `total` are the questions in it and below. */
export interface CategoryRow {
  category: QuestionCategory
  depth: number
  total: number
  parent: boolean
}

/** As many levels as the server takes. */
const MOST_DEEP = 10

/** The tree, row by row: the server sends each category behind the one that it is in. */
export function rowsOf(categories: readonly QuestionCategory[]): CategoryRow[] {
  const rows = categories.map((category) => ({ category, depth: category.path.length - 1, total: category.questions, parent: false }))
  const byId = new Map(rows.map((row) => [row.category.id, row]))
  for (const { category, total } of rows.toReversed()) {
    const above = byId.get(category.parent_id ?? '')
    if (!above) continue
    above.total += total
    above.parent = true
  }
  return rows
}

/** The rows that are in sight where only the categories `open` show what is in them. */
export function visible(rows: readonly CategoryRow[], open: ReadonlySet<Id>): CategoryRow[] {
  const seen = new Set<Id>()
  return rows.filter(({ category: { id, parent_id: parent } }) => {
    const shows = parent === null || (seen.has(parent) && open.has(parent))
    if (shows) seen.add(id)
    return shows
  })
}

/** A category and all that it is in, to be opened so that it can be seen. */
export function around(rows: readonly CategoryRow[], id: Id): Id[] {
  const row = rows.find(({ category }) => category.id === id)
  const above = row?.category.parent_id
  return row ? [...(above ? around(rows, above) : []), id] : []
}

/** Where a category can go: not into itself or what is in it, nor deeper than the server takes. */
export function placesFor(rows: readonly CategoryRow[], id: Id): CategoryRow[] {
  const moved = rows.filter((row) => around(rows, row.category.id).includes(id))
  const inside = new Set(moved.map(({ category }) => category.id))
  const [top] = moved
  const height = top ? Math.max(...moved.map(({ depth }) => depth)) - top.depth + 1 : 1
  return rows.filter(({ category, depth }) => !inside.has(category.id) && depth + 1 + height <= MOST_DEEP)
}

/** The categories beside one, in their order. */
export const besides = (rows: readonly CategoryRow[], { parent_id: parent }: QuestionCategory) =>
  rows.filter(({ category }) => category.parent_id === parent).map(({ category }) => category)
