/** What the toolbar does to a text, as pure functions of the text and what is selected in it. */

export interface Selection {
  text: string
  start: number
  end: number
}

export interface Edit {
  /** What is replaced. */
  from: number
  to: number
  insert: string
  /** What is selected afterwards. */
  start: number
  end: number
}

/** Puts marks around the selection, or takes them away; without a selection around `sample`. */
export function wrap({ text, start, end }: Selection, mark: string, sample: string): Edit {
  const selected = text.slice(start, end)
  const size = mark.length
  const isOutside = text.slice(start - size, start) === mark && text.slice(end, end + size) === mark
  // A lone asterisk beside the selection may be half of a pair, which means something else.
  const isLonger = text[start - size - 1] === mark[0] && size === 1 && text[start - 3] !== mark[0]
  if (isOutside && !isLonger) {
    return { from: start - size, to: end + size, insert: selected, start: start - size, end: end - size }
  }
  const inner = selected || sample
  return { from: start, to: end, insert: mark + inner + mark, start: start + size, end: start + size + inner.length }
}

/** The whole lines that the selection touches. */
function lines({ text, start, end }: Selection): { from: number; to: number; list: string[] } {
  const from = text.lastIndexOf('\n', start - 1) + 1
  const next = text.indexOf('\n', Math.max(start, end - 1))
  const to = next < 0 ? text.length : next
  return { from, to, list: text.slice(from, to).split('\n') }
}

function replaceLines(selection: Selection, change: (list: string[]) => string[]): Edit {
  const { from, to, list } = lines(selection)
  const insert = change(list).join('\n')
  const end = from + insert.length
  return { from, to, insert, start: selection.start === selection.end ? end : from, end }
}

const ITEM = /^(\s*)(?:[-*+]|\d+[.)])\s+/

/** Begins every line with a mark of its own, or takes the marks away where all have one. */
export function list(selection: Selection, kind: 'bullets' | 'numbers'): Edit {
  const own = kind === 'bullets' ? /^\s*[-*+]\s+/ : /^\s*\d+[.)]\s+/
  return replaceLines(selection, (all) => {
    if (all.every((line) => own.test(line))) return all.map((line) => line.replace(ITEM, '$1'))
    return all.map((line, index) => {
      const mark = kind === 'bullets' ? '- ' : `${String(index + 1)}. `
      return line.replace(ITEM, '$1').replace(/^(\s*)/, `$1${mark}`)
    })
  })
}

export function quote(selection: Selection): Edit {
  return replaceLines(selection, (all) =>
    all.every((line) => line.startsWith('>')) ? all.map((line) => line.replace(/^> ?/, '')) : all.map((line) => `> ${line}`),
  )
}

/** None, a heading, a smaller one, and none again. */
export function heading(selection: Selection): Edit {
  return replaceLines(selection, (all) =>
    all.map((line) => {
      const words = line.replace(/^#+\s*/, '')
      if (line.startsWith('### ')) return words
      return line.startsWith('## ') ? `### ${words}` : `## ${words}`
    }),
  )
}

export function link({ text, start, end }: Selection, sample: string): Edit {
  const selected = text.slice(start, end)
  if (/^https?:\/\/\S+$/.test(selected)) {
    return { from: start, to: end, insert: `[${sample}](${selected})`, start: start + 1, end: start + 1 + sample.length }
  }
  const label = selected || sample
  const address = start + label.length + 3
  return { from: start, to: end, insert: `[${label}](https://)`, start: address, end: address + 'https://'.length }
}

/** Puts a passage of its own after the selection's lines, with an empty line before and after it. */
export function block({ text, start, end }: Selection, passage: string, select?: string): Edit {
  const from = start === end ? start : end
  const before = text.slice(0, from)
  const after = text.slice(from)
  const lead = before === '' || before.endsWith('\n\n') ? '' : before.endsWith('\n') ? '\n' : '\n\n'
  const trail = after === '' ? '\n' : after.startsWith('\n\n') ? '' : after.startsWith('\n') ? '\n' : '\n\n'
  const at = select === undefined ? passage.length : passage.indexOf(select)
  const begin = from + lead.length + at
  return { from, to: from, insert: lead + passage + trail, start: begin, end: begin + (select?.length ?? 0) }
}

/** Puts the selected lines between two lines, such as a fence; without a selection a sample. */
export function enclose(selection: Selection, open: string, close: string, sample: string): Edit {
  if (selection.start === selection.end) return block(selection, `${open}\n${sample}\n${close}`, sample)
  return replaceLines(selection, (all) => [open, ...all, close])
}

/** Enter within a list goes on with it; in an empty item it ends the list. Null where Enter is only Enter. */
export function enter({ text, start, end }: Selection): Edit | null {
  if (start !== end) return null
  const from = text.lastIndexOf('\n', start - 1) + 1
  const before = text.slice(from, start)
  const found = /^(\s*(?:> ?)*)([-*+]|(\d+)([.)]))(\s+)(\[[ xX]\]\s+)?/.exec(before)
  if (!found) return null
  const [whole, indent = '', mark = '', number, dot = '', space = '', task] = found
  if (whole.length === before.length) return { from, to: start, insert: '', start: from, end: from }
  const next = number === undefined ? mark : String(Number(number) + 1) + dot
  const insert = `\n${indent}${next}${space}${task ? '[ ] ' : ''}`
  return { from: start, to: start, insert, start: start + insert.length, end: start + insert.length }
}

/** Text that stands for itself between brackets. */
export function escapeLabel(text: string): string {
  return text.replace(/([\\[\]`*_])/g, String.raw`\$1`)
}
