import { useI18n } from 'vue-i18n'

import { Problem, Unreachable } from '@/api/problem'

/** What to tell people about an error: by its code, else by its status, else in the server's words. */
export function useProblemText() {
  const i18n = useI18n()

  return (error: unknown): string => {
    if (error instanceof Unreachable) return i18n.t('app.problem.unreachable')
    if (!(error instanceof Problem)) return i18n.t('app.problem.unknown')
    for (const name of [error.code, `status_${error.status}`]) {
      if (i18n.te(`app.problem.${name}`)) return i18n.t(`app.problem.${name}`)
    }
    return error.detail || i18n.t('app.problem.unknown')
  }
}
