import { useI18n } from 'vue-i18n'

import type { ImportProblem } from '@/api/questions'

/** Unicode's first strong isolate and its end: a name keeps its own direction within a sentence. */
const [OPEN, CLOSE] = ['\u2068', '\u2069']

/** What was found in a file: in English in the server's own words, else by its code, where that is known. */
export function useFoundText() {
  const i18n = useI18n()

  return ({ code, detail }: Pick<ImportProblem, 'code' | 'detail'>): string => {
    if (i18n.locale.value === 'en' || !i18n.te(`bank.found.${code}`)) return detail
    // The server puts what it speaks of between these quotation marks.
    const name = /“(.*)”/.exec(detail)?.[1] ?? ''
    return i18n.t(`bank.found.${code}`, { name: OPEN + name + CLOSE })
  }
}
