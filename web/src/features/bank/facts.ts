import { useI18n } from 'vue-i18n'

import type { BankQuestion } from '@/api/questions'
import { useFormat } from '@/kit/format'

import type { Key } from './words'

type Asked = Pick<BankQuestion, 'points' | 'difficulty'> & { kind: string; category: { path: string[] } | null }

/** Unicode's first strong isolate and its end: each text keeps its own direction among the others. */
const [OPEN, CLOSE] = ['\u2068', '\u2069']

/** Questions in words: what they are, where they are, how they did. */
export function useFacts() {
  const i18n = useI18n()
  const { t } = i18n
  const { locale, formatNumber, formatPercent } = useFormat()

  const kindOf = (kind: string) => (i18n.te(`bank.kind.${kind}`) ? t(`bank.kind.${kind}`) : kind)
  const pointsOf = (points: number) => t('bank.points', { count: formatNumber(points) }, points)
  const pathOf = (path: readonly string[]) => path.join(' / ')

  function factsOf({ kind, points, difficulty, category }: Asked): string[] {
    return [
      kindOf(kind),
      pointsOf(points),
      ...(difficulty ? [t(`bank.difficulty.${difficulty}`)] : []),
      ...(category ? [pathOf(category.path)] : []),
    ]
  }

  function usesOf({ uses }: Pick<BankQuestion, 'uses'>): string {
    return uses > 0 ? t('bank.uses', { count: formatNumber(uses) }, uses) : t('bank.unused')
  }

  function didOf({ statistics }: Pick<BankQuestion, 'statistics'>): string | null {
    if (statistics?.facility == null) return null
    const { attempts, facility } = statistics
    return t('bank.earned', { percent: formatPercent(facility * 100), count: formatNumber(attempts) }, attempts)
  }

  function keyText(key: Key): string {
    if (key.by === 'hand') return t('bank.key.hand')
    if (key.by === 'truth') return key.answer ? t('bank.key.true') : t('bank.key.false')
    const texts = key.texts.map(({ text, share }) => OPEN + text + CLOSE + (share < 1 ? ` (${formatPercent(share * 100)})` : ''))
    return new Intl.ListFormat(locale.value, { type: key.all ? 'conjunction' : 'disjunction' }).format(texts)
  }

  return { kindOf, pointsOf, pathOf, factsOf, usesOf, didOf, keyText }
}
