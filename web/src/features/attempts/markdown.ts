/**
 * The part of Markdown that people write answers in, read without the server: a preview has to work where there is no
 * network. What is not known stays as it was typed; nothing here is ever HTML.
 */

export type Span = { kind: 'text' | 'code'; text: string } | { kind: 'strong' | 'emphasis'; spans: Span[] } | { kind: 'link'; spans: Span[]; to: string }

export type Block =
  | { kind: 'paragraph'; spans: Span[] }
  | { kind: 'heading'; level: number; spans: Span[] }
  | { kind: 'code'; text: string }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'list'; ordered: boolean; start: number; items: Block[][] }
  | { kind: 'rule' }

const FENCE = /^(```+|~~~+)/
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/
const RULE = /^ {0,3}([-*_])(\s*\1){2,}\s*$/
const ITEM = /^( {0,3})(?:[-*+]|(\d{1,9})[.)])\s+/
/** Lists in lists and quotes in quotes, deeper than anyone means them. */
const DEEPEST = 8

export function blocks(source: string, depth = 0): Block[] {
  const lines = source.replaceAll('\r\n', '\n').split('\n')
  const found: Block[] = []
  let paragraph: string[] = []
  const end = () => {
    if (paragraph.length > 0) found.push({ kind: 'paragraph', spans: spans(paragraph.join('\n')) })
    paragraph = []
  }

  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    const fence = FENCE.exec(line)?.[1]
    const heading = HEADING.exec(line)
    const nests = depth < DEEPEST
    if (fence) {
      end()
      const inside: string[] = []
      while (++at < lines.length && !lines[at]?.startsWith(fence)) inside.push(lines[at] ?? '')
      found.push({ kind: 'code', text: inside.join('\n') })
    } else if (line.trim() === '') end()
    else if (heading) {
      end()
      found.push({ kind: 'heading', level: heading[1]?.length ?? 1, spans: spans(heading[2] ?? '') })
    } else if (RULE.test(line)) {
      end()
      found.push({ kind: 'rule' })
    } else if (nests && line.startsWith('>')) {
      end()
      const inside: string[] = []
      for (; lines[at]?.startsWith('>'); at += 1) inside.push((lines[at] ?? '').replace(/^> ?/, ''))
      at -= 1
      found.push({ kind: 'quote', blocks: blocks(inside.join('\n'), depth + 1) })
    } else if (nests && ITEM.test(line)) {
      end()
      const { block, next } = list(lines, at, depth)
      found.push(block)
      at = next - 1
    } else paragraph.push(line)
  }
  end()
  return found
}

function list(lines: readonly string[], from: number, depth: number): { block: Block; next: number } {
  const first = ITEM.exec(lines[from] ?? '')
  const ordered = first?.[2] !== undefined
  const items: string[][] = []
  let at = from
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    const mark = ITEM.exec(line)
    if (mark && (mark[2] !== undefined) === ordered) items.push([line.slice(mark[0].length)])
    else if (line.trim() === '') {
      if (!/^\s{2,}\S/.test(lines[at + 1] ?? '') && !ITEM.test(lines[at + 1] ?? '')) break
      items.at(-1)?.push('')
    } else if (/^\s{2,}/.test(line)) items.at(-1)?.push(line.replace(/^\s{2,4}/, ''))
    else if (mark || lines[at - 1]?.trim() === '') break
    else items.at(-1)?.push(line)
  }
  const start = Number(first?.[2] ?? 1)
  return { block: { kind: 'list', ordered, start, items: items.map((item) => blocks(item.join('\n'), depth + 1)) }, next: at }
}

const SPAN = /\\([\\`*_[\]()#>-])|(`+)([\s\S]+?)\2(?!`)|\*\*(?=\S)([\s\S]+?\S|\S)\*\*(?!\*)|\*(?=[^\s*])([\s\S]*?[^\s*])\*|\b_(?=[^\s_])([^_]*?\S)_\b|\[([^[\]]+)\]\((https?:\/\/[^\s()]+)\)/

export function spans(text: string): Span[] {
  const found: Span[] = []
  let rest = text
  const say = (words: string) => {
    const last = found.at(-1)
    if (last?.kind === 'text') last.text += words
    else if (words) found.push({ kind: 'text', text: words })
  }
  let match
  while ((match = SPAN.exec(rest))) {
    const [whole, escaped, , code, strong, emphasis, underlined, label, to] = match
    say(rest.slice(0, match.index))
    if (escaped !== undefined) say(escaped)
    else if (code !== undefined) found.push({ kind: 'code', text: code })
    else if (strong !== undefined) found.push({ kind: 'strong', spans: spans(strong) })
    else if (label !== undefined && to !== undefined) found.push({ kind: 'link', spans: spans(label), to })
    else found.push({ kind: 'emphasis', spans: spans(emphasis ?? underlined ?? '') })
    rest = rest.slice(match.index + whole.length)
  }
  say(rest)
  return found
}
