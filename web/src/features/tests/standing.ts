import { useI18n } from 'vue-i18n'

import type { Test } from '@/api/tests'
import { useFormat } from '@/kit/format'

/** How a test stands: what learners take, what of it is not published, and from when to when. */
export function useStandingText() {
  const { t } = useI18n()
  const { formatNumber, formatDate } = useFormat()

  const when = (time: string) => formatDate(time, { dateStyle: 'medium', timeStyle: 'short' })

  return ({ revision: number, differs, settings }: Test): string => {
    if (number === null) return t('tests.standing.never')
    const revision = formatNumber(number)
    if (differs) return t('tests.standing.differs', { revision })
    const now = Date.now()
    const { opens_at: opens, closes_at: closes } = settings
    const told = t('tests.standing.published', { revision })
    if (opens && Date.parse(opens) > now) return `${told} · ${t('tests.standing.opens', { date: when(opens) })}`
    if (!closes) return told
    const isOver = Date.parse(closes) <= now
    return `${told} · ${isOver ? t('tests.standing.closed', { date: when(closes) }) : t('tests.standing.closes', { date: when(closes) })}`
  }
}
