import { useI18n } from 'vue-i18n'

interface Finding {
  code: string
  detail: string
}

/** Unicode's first strong isolate and its end: a name keeps its own direction within a sentence. */
const [OPEN, CLOSE] = ['\u2068', '\u2069']

/** What the server found in a text or a list: in English in its own words, else by its code, where that is known. */
export function useFinding() {
  const i18n = useI18n()

  return ({ code, detail }: Finding): string => {
    if (i18n.locale.value === 'en' || !i18n.te(`teach.finding.${code}`)) return detail
    // The server puts what it speaks of between these quotation marks.
    const name = /“(.*)”/.exec(detail)?.[1] ?? ''
    return i18n.t(`teach.finding.${code}`, { name: OPEN + name + CLOSE })
  }
}
