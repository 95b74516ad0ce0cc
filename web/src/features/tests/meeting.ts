import { useI18n } from 'vue-i18n'

import type { Settings, Told } from '@/api/tests'
import { useDuration } from '@/features/attempts/duration'
import { useFormat } from '@/kit/format'

import type { Extent } from './arranging'

/** How much a test asks, in words. */
export function useExtentText() {
  const { t } = useI18n()
  const { formatNumber } = useFormat()

  return ({ questions, points, isOpen }: Extent): string => {
    const worth = t('tests.points', { count: formatNumber(points) }, points)
    const asked = t('tests.questions', { count: formatNumber(questions) }, questions)
    if (!isOpen) return `${asked} · ${worth}`
    return points > 0 ? `${asked} · ${t('tests.points_open', { points: worth })}` : asked
  }
}

/** What a learner will meet with these settings, sentence by sentence. */
export function useMeetingText() {
  const { t } = useI18n()
  const { locale, formatNumber, formatDate, formatPercent } = useFormat()
  const { inMinutes } = useDuration()
  const extentText = useExtentText()

  const when = (time: string) => formatDate(time, { dateStyle: 'medium', timeStyle: 'short' })

  function asked({ page, go_back, shuffle }: Settings, extent: Extent): string[] {
    const what = { extent: extentText(extent) }
    const way = page === 'all' ? t('tests.meet.all', what) : go_back ? t('tests.meet.one', what) : t('tests.meet.forward', what)
    return shuffle ? [way, t('tests.meet.shuffled')] : [way]
  }

  function open({ opens_at: opens, closes_at: closes }: Settings): string {
    if (opens && closes) return t('tests.meet.between', { opens: when(opens), closes: when(closes) })
    if (opens) return t('tests.meet.opens', { opens: when(opens) })
    return closes ? t('tests.meet.closes', { closes: when(closes) }) : t('tests.meet.always')
  }

  function tries({ attempts, counts }: Settings): string {
    if (attempts === 1) return t('tests.meet.once')
    const which = t(`tests.meet.counts.${counts}`)
    if (attempts === null) return t('tests.meet.often', { which })
    return t('tests.meet.attempts', { count: formatNumber(attempts), which }, attempts)
  }

  /** After the close is at once where there is none. */
  function told({ show_score, show_answers, show_feedback, closes_at }: Settings): string[] {
    const when = (told: Told): Told => (told === 'after_close' && closes_at === null ? 'at_once' : told)
    const shown = [
      { when: when(show_score), what: t('tests.meet.score') },
      { when: when(show_answers), what: t('tests.meet.answers') },
      { when: when(show_feedback), what: t('tests.meet.feedback') },
    ]
    const list = new Intl.ListFormat(locale.value)
    return (['at_once', 'after_close', 'never'] as const).flatMap((time) => {
      const things = shown.filter((one) => one.when === time).map(({ what }) => what)
      return things.length > 0 ? [t(`tests.meet.told.${time}`, { things: list.format(things) })] : []
    })
  }

  return (settings: Settings, extent: Extent): string => {
    const { time_limit_seconds: limit, access_code: code, pass_percent: pass } = settings
    return [
      ...asked(settings, extent),
      open(settings),
      limit === null ? t('tests.meet.unlimited') : t('tests.meet.limit', { time: inMinutes(limit * 1000) }),
      ...(code === null ? [] : [t('tests.meet.code')]),
      tries(settings),
      ...(pass === null ? [] : [t('tests.meet.pass', { percent: formatPercent(pass) })]),
      ...told(settings),
    ].join(' ')
  }
}
