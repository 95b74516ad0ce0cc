import { useEditorDesk } from './desk'

/** The rows of a list as they are called when they are moved or taken away. */
export function useNames() {
  const { keyOf } = useEditorDesk()

  function short(text: string, index: number): string {
    const [line = ''] = text.trim().split('\n')
    return line === '' ? String(index + 1) : line.slice(0, 60)
  }

  const rowsOf = (parts: readonly { id: string; text?: string }[]) =>
    parts.map(({ id, text = '' }, index) => ({ id: keyOf(id), title: short(text, index) }))

  return { rowsOf }
}
