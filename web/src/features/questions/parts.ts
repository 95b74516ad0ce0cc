import { useI18n } from 'vue-i18n'

import { sayUndo } from '@/kit/toasts'

/** What can be done with the rows of a list: each change is a new list. */
export function useParts<Part>(list: () => readonly Part[], change: (list: Part[]) => void, make: () => Part, isBlank: (part: Part) => boolean) {
  const { t } = useI18n()

  const add = (index: number) => change(list().toSpliced(index, 0, make()))
  const patch = (index: number, part: Partial<Part>) => change(list().map((one, at) => (at === index ? { ...one, ...part } : one)))
  const replace = (index: number, part: Part) => change(list().with(index, part))

  function move(from: number, to: number): void {
    const [part] = list().slice(from, from + 1)
    if (part !== undefined && to >= 0 && to < list().length) change(list().toSpliced(from, 1).toSpliced(to, 0, part))
  }

  function remove(index: number): void {
    const [part] = list().slice(index, index + 1)
    if (part === undefined) return
    change(list().toSpliced(index, 1))
    if (!isBlank(part)) sayUndo(t('questions.removed'), t('app.undo'), () => change(list().toSpliced(index, 0, part)))
  }

  return { add, patch, replace, move, remove }
}
