import { useI18n } from 'vue-i18n'

interface Finding {
  code: string
  detail: string
}

/** What the server found in a text or a list, in the reader's language where its code is known. */
export function useFinding() {
  const i18n = useI18n()

  return ({ code, detail }: Finding): string => {
    if (!i18n.te(`teach.finding.${code}`)) return detail
    // The server puts what it speaks of between these quotation marks.
    return i18n.t(`teach.finding.${code}`, { name: /“(.*)”/.exec(detail)?.[1] ?? '' })
  }
}
