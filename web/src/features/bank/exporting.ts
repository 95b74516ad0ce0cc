import { useMutation } from '@tanstack/vue-query'
import { computed, reactive } from 'vue'
import { useI18n } from 'vue-i18n'

import { exportQuestions, type QuestionFormat } from '@/api/questions'
import type { Id } from '@/api/types'

/** In the order in which they are offered: what holds most comes first. */
export const FORMATS = ['moodle_xml', 'gift', 'csv', 'aiken'] as const satisfies readonly QuestionFormat[]
const ENDINGS: Record<QuestionFormat, string> = { moodle_xml: '.xml', gift: '.gift.txt', csv: '.csv', aiken: '.aiken.txt' }
/** Long enough for every browser to have begun with it. */
const TAKEN = 60_000

/** Gives the browser a file to put with its downloads. */
function save(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), TAKEN)
}

/** A title as the name of a file that every system takes. */
export const fileName = (title: string, format: QuestionFormat) =>
  (title.replace(/[\\/:*?"<>|\p{Cc}]+/gu, ' ').replace(/\s+/g, ' ').slice(0, 80).trim() || 'questions') + ENDINGS[format]

export function useExport(course: () => { id: Id; title: string }, category: Id) {
  const { t } = useI18n()
  const fields = reactive<{ format: QuestionFormat; category: Id }>({ format: 'moodle_xml', category })
  const formats = computed(() => FORMATS.map((value) => ({ value, label: t(`bank.format.${value}`) })))

  const exporting = useMutation({
    mutationFn: async ({ format }: { format: QuestionFormat }) => {
      const { file, leftOut } = await exportQuestions(course().id, format, fields.category || null)
      save(file, fileName(course().title, format))
      return leftOut
    },
  })
  return { fields, formats, exporting }
}
