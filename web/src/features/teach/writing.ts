import type { Ref } from 'vue'
import { useI18n } from 'vue-i18n'

import {
  BoldIcon,
  CalloutIcon,
  CodeIcon,
  FormulaIcon,
  HeadingIcon,
  ItalicIcon,
  NumberedIcon,
  PictureIcon,
  QuoteIcon,
  TableIcon,
} from './icons'
import { LinkIcon, ListIcon } from '@/kit/icons'

import * as markdown from './markdown'

/** A field that Markdown is written in: its commands, their keys, and edits that the browser's own undo takes back. */
export function useWriting(field: Ref<HTMLTextAreaElement | null>, choosePicture: () => void) {
  const { t } = useI18n()

  function selection(): markdown.Selection {
    const { value = '', selectionStart = 0, selectionEnd = 0 } = field.value ?? {}
    return { text: value, start: selectionStart, end: selectionEnd }
  }

  /** Edits the text as if it were typed, so that Ctrl+Z takes it back. */
  function apply({ from, to, insert, start, end }: markdown.Edit): void {
    const element = field.value
    if (!element) return
    element.focus()
    element.setSelectionRange(from, to)
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else keeps the browser's undo
    const isDone = insert ? document.execCommand('insertText', false, insert) : document.execCommand('delete')
    if (!isDone) {
      element.setRangeText(insert, from, to, 'end')
      element.dispatchEvent(new Event('input', { bubbles: true }))
    }
    element.setSelectionRange(start, end)
  }

  /** Puts `passage` where the cursor is, in a paragraph of its own. */
  const insert = (passage: string) => apply(markdown.block(selection(), passage))

  /** Puts `words` in the place of what is selected. */
  function put(words: string): void {
    const { start, end } = selection()
    apply({ from: start, to: end, insert: words, start: start + words.length, end: start + words.length })
  }

  /** Replaces the first `old` in the text and leaves the cursor where it is. */
  function replace(old: string, fresh: string): void {
    const element = field.value
    const from = element?.value.indexOf(old) ?? -1
    if (!element || from < 0) return
    element.setRangeText(fresh, from, from + old.length, 'preserve')
    element.dispatchEvent(new Event('input', { bubbles: true }))
  }

  /** Puts the cursor into a line, counted from one, and shows it. */
  function goTo(line: number): void {
    const element = field.value
    if (!element) return
    const all = element.value.split('\n')
    const start = all.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0)
    element.focus()
    element.setSelectionRange(start, start + (all[line - 1]?.length ?? 0))
    element.scrollTop = (element.scrollHeight * (line - 1)) / Math.max(1, all.length) - element.clientHeight / 3
  }

  const word = () => t('teach.write.sample')
  const table = () => {
    const [a, b] = [t('teach.write.column', { n: 1 }), t('teach.write.column', { n: 2 })]
    return `| ${a} | ${b} |\n| --- | --- |\n|  |  |\n|  |  |`
  }

  function code(): markdown.Edit {
    const now = selection()
    const isPassage = now.text.slice(now.start, now.end).includes('\n')
    return isPassage ? markdown.enclose(now, '```', '```', '') : markdown.wrap(now, '`', t('teach.write.code_sample'))
  }

  const run = (edit: () => markdown.Edit) => () => apply(edit())

  /** `key` goes with Ctrl, or with Command on a Mac. */
  const commands = [
    { name: 'heading', icon: HeadingIcon, key: '2', shift: true, run: run(() => markdown.heading(selection())) },
    { name: 'bold', icon: BoldIcon, key: 'b', run: run(() => markdown.wrap(selection(), '**', word())) },
    { name: 'italic', icon: ItalicIcon, key: 'i', run: run(() => markdown.wrap(selection(), '*', word())) },
    { name: 'link', icon: LinkIcon, key: 'k', run: run(() => markdown.link(selection(), word())) },
    { name: 'bullets', icon: ListIcon, key: '8', shift: true, run: run(() => markdown.list(selection(), 'bullets')) },
    { name: 'numbers', icon: NumberedIcon, key: '7', shift: true, run: run(() => markdown.list(selection(), 'numbers')) },
    { name: 'quote', icon: QuoteIcon, key: '9', shift: true, run: run(() => markdown.quote(selection())) },
    { name: 'code', icon: CodeIcon, key: 'e', run: run(code) },
    { name: 'formula', icon: FormulaIcon, key: 'm', shift: true, run: run(() => markdown.wrap(selection(), '$', 'x^2')) },
    { name: 'picture', icon: PictureIcon, run: choosePicture },
    { name: 'table', icon: TableIcon, run: run(() => markdown.block(selection(), table(), '|  |  |')) },
    { name: 'callout', icon: CalloutIcon, run: run(() => markdown.enclose(selection(), '::: note', ':::', word())) },
  ]

  function press(event: KeyboardEvent): void {
    if (event.isComposing) return
    if ((event.ctrlKey || event.metaKey) && !event.altKey) {
      // With Shift a digit's key writes a sign, another one on every keyboard: there the key itself counts.
      const pressed = event.code.startsWith('Digit') ? event.code.slice(5) : event.key.toLowerCase()
      const command = commands.find(({ key, shift = false }) => key === pressed && shift === event.shiftKey)
      if (!command) return
      event.preventDefault()
      command.run()
    } else if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      const edit = markdown.enter(selection())
      if (!edit) return
      event.preventDefault()
      apply(edit)
    }
  }

  return { commands, press, selection, insert, put, replace, goTo }
}

export type Writing = ReturnType<typeof useWriting>
