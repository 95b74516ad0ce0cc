import { useQueryClient } from '@tanstack/vue-query'
import { computed, reactive, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'

import { isProblem, Problem } from '@/api/problem'
import { type ImportedQuestions, importQuestions, type QuestionFormat } from '@/api/questions'
import type { Id } from '@/api/types'
import { useUpload } from '@/kit/upload'

import { FORMATS } from './exporting'
import { bankKey } from './queries'

/** In bytes, as the server takes them. */
const LARGEST = 20 * 1024 * 1024

type Sending = (fraction: number) => void

/** A file of questions on its way into a bank: looked at first, then brought in. */
export function useQuestionImport(course: () => Id, category: Id) {
  const { t } = useI18n()
  const queries = useQueryClient()
  const fields = reactive<{ format: QuestionFormat | 'auto'; category: Id }>({ format: 'auto', category })
  const formats = computed(() => (['auto', ...FORMATS] as const).map((value) => ({ value, label: t(`bank.format.${value}`) })))

  const file = shallowRef<File | null>(null)
  const seen = shallowRef<ImportedQuestions | null>(null)
  const imported = shallowRef<ImportedQuestions | null>(null)

  async function look(chosen: File, progress: Sending, signal: AbortSignal): Promise<void> {
    if (chosen.size > LARGEST) throw new Problem(413, { code: 'too_large' })
    try {
      seen.value = await importQuestions(course(), { file: chosen, format: fields.format, preview: true }, progress, signal)
    } catch (error) {
      // Read as another format it may be well.
      if (!isProblem(error, 'broken_import')) throw error
      seen.value = { questions: [], problems: [{ line: 0, severity: 'error', code: error.code, detail: error.detail }], created: 0 }
    }
    file.value = chosen
  }
  /** The same file again, read as another format. */
  const looking = useUpload(look)
  watch(
    () => fields.format,
    () => file.value && void looking.start(file.value),
  )

  const bringing = useUpload(async (chosen, progress, signal) => {
    const options = { file: chosen, format: fields.format, preview: false, category: fields.category || null }
    imported.value = await importQuestions(course(), options, progress, signal)
    await queries.invalidateQueries({ queryKey: bankKey(course()) })
  })

  function again(): void {
    looking.cancel()
    file.value = null
    seen.value = null
    imported.value = null
  }

  return { fields, formats, file, seen, imported, look, looking, bringing, again }
}
