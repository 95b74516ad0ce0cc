/** What differs between two texts, line by line, and within a changed line word by word. */

export interface Part {
  kind: 'same' | 'removed' | 'added'
  text: string
}

/** Beyond this many differences the texts are told as wholly different: nobody reads such a comparison. */
const MOST = 800

/** Myers, "An O(ND) Difference Algorithm and Its Variations" (1986). */
function compare(before: readonly string[], after: readonly string[]): Part[] {
  let head = 0
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1
  let tail = 0
  const shorter = Math.min(before.length, after.length) - head
  while (tail < shorter && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1

  const a = before.slice(head, before.length - tail)
  const b = after.slice(head, after.length - tail)
  const part = (kind: Part['kind']) => (text: string) => ({ kind, text })
  return [
    ...before.slice(0, head).map(part('same')),
    ...(middle(a, b) ?? [...a.map(part('removed')), ...b.map(part('added'))]),
    ...before.slice(before.length - tail).map(part('same')),
  ]
}

function middle(a: readonly string[], b: readonly string[]): Part[] | null {
  const most = Math.min(a.length + b.length, MOST)
  const trace: Map<number, number>[] = []
  const reach = new Map<number, number>([[1, 0]])
  const at = (from: Map<number, number>, k: number) => from.get(k) ?? -1
  for (let d = 0; d <= most; d += 1) {
    trace.push(new Map(reach))
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && at(reach, k - 1) < at(reach, k + 1))
      let x = down ? at(reach, k + 1) : at(reach, k - 1) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1
      reach.set(k, x)
      if (x >= a.length && x - k >= b.length) return walkBack(a, b, trace)
    }
  }
  return null
}

function walkBack(a: readonly string[], b: readonly string[], trace: readonly Map<number, number>[]): Part[] {
  const parts: Part[] = []
  let [x, y] = [a.length, b.length]
  for (let d = trace.length - 1; d >= 0; d -= 1) {
    const reach = trace[d]
    const at = (k: number) => reach?.get(k) ?? -1
    const k = x - y
    const from = k === -d || (k !== d && at(k - 1) < at(k + 1)) ? k + 1 : k - 1
    const [fromX, fromY] = d === 0 ? [0, 0] : [at(from), at(from) - from]
    while (x > fromX && y > fromY) {
      parts.push({ kind: 'same', text: a[--x] ?? '' })
      y -= 1
    }
    if (d > 0) parts.push(x === fromX ? { kind: 'added', text: b[--y] ?? '' } : { kind: 'removed', text: a[--x] ?? '' })
  }
  return parts.reverse()
}

const lines = (text: string) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))

export function compareLines(before: string, after: string): Part[] {
  return compare(lines(before), lines(after))
}

/** Words with the space around them, one after the other. */
export function compareWords(before: string, after: string): Part[] {
  const words = (text: string) => text.match(/\s+|[\p{L}\p{N}\p{M}]+|./gu) ?? []
  const parts: Part[] = []
  for (const part of compare(words(before), words(after))) {
    const last = parts.at(-1)
    if (last?.kind === part.kind) last.text += part.text
    else parts.push({ ...part })
  }
  return parts
}

/** A line of a comparison: with what is new or gone in it, or so many unchanged lines left out. */
export type Row = { kind: Part['kind']; parts: Part[] } | { kind: 'skipped'; count: number }

const CONTEXT = 2

/** The lines that differ with a little around them; a removed line and the added one after it are compared by words. */
export function rows(before: string, after: string): Row[] {
  const all = compareLines(before, after)
  const near = all.map((_, index) =>
    all.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ kind }) => kind !== 'same'),
  )
  const found: Row[] = []
  let skipped = 0
  all.forEach((line, index) => {
    if (!near[index]) {
      skipped += 1
      return
    }
    if (skipped > 0) found.push({ kind: 'skipped', count: skipped })
    skipped = 0
    found.push({ kind: line.kind, parts: [{ kind: 'same', text: line.text }] })
  })
  if (skipped > 0 && found.length > 0) found.push({ kind: 'skipped', count: skipped })
  return pair(found)
}

/** Marks the words that differ where as many lines were added as were removed. */
function pair(found: Row[]): Row[] {
  for (let start = 0; start < found.length; start += 1) {
    if (found[start]?.kind !== 'removed') continue
    let middleAt = start
    while (found[middleAt]?.kind === 'removed') middleAt += 1
    let end = middleAt
    while (found[end]?.kind === 'added') end += 1
    const count = middleAt - start
    for (let step = 0; end - middleAt === count && step < count; step += 1) {
      markWords(found[start + step], found[middleAt + step])
    }
    start = Math.max(start, end - 1)
  }
  return found
}

function markWords(removed: Row | undefined, added: Row | undefined): void {
  if (!removed || !added || !('parts' in removed) || !('parts' in added)) return
  const words = compareWords(removed.parts[0]?.text ?? '', added.parts[0]?.text ?? '')
  const kept = words.filter(({ kind }) => kind === 'same').reduce((sum, { text }) => sum + text.trim().length, 0)
  if (kept === 0) return
  removed.parts = words.filter(({ kind }) => kind !== 'added')
  added.parts = words.filter(({ kind }) => kind !== 'removed')
}
