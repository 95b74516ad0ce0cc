import { useI18n } from 'vue-i18n'

import { isProblem } from '@/api/problem'
import { useFormat } from '@/kit/format'
import { useProblemText } from '@/kit/problems'

import { places } from './arranging'
import { useTestDesk } from './desk'

/** What keeps a test from being taken, in words, with the question that it is about. */
export function useObstacles() {
  const { t } = useI18n()
  const { formatNumber } = useFormat()
  const problemText = useProblemText()
  const { test } = useTestDesk()

  function obstaclesIn(error: unknown): { pointer: string; text: string }[] {
    if (!isProblem(error, 'unfit_test')) return []
    const order = places(test.value.sections)
    return error.fields.map(({ pointer, detail }) => {
      const [, section, entry, part] = /^\/sections\/(\d+)\/entries\/(\d+)\/?(.*)$/.exec(pointer) ?? []
      const at = order.get(test.value.sections[Number(section)]?.entries[Number(entry)]?.id ?? '')
      const words: Record<string, string> = {
        'draw/count': t('tests.publish.too_few'),
        'points': t('tests.publish.other_points'),
        'question_id': t('tests.publish.gone'),
      }
      const text = words[part ?? ''] ?? detail
      return { pointer, text: at ? `${t('tests.publish.at', { number: formatNumber(at.first) })} ${text}` : text }
    })
  }

  /** The first of them, or what else went wrong. */
  const told = (error: unknown): string => obstaclesIn(error)[0]?.text ?? problemText(error)

  return { obstaclesIn, told }
}
