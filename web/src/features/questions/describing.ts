import { useI18n } from 'vue-i18n'

import type { Answerable, Body, Choice } from '@/api/bodies'
import { useFormat } from '@/kit/format'
import { typed } from '@/kit/numbers'

import { isBlank, percentOf } from './numbers'

interface Described {
  title: string
  points: number
  penalty: number
  body: Body
}

/** A question as lines of text, so that two versions of it can be held side by side. */
export function useDescription() {
  const { t } = useI18n()
  const { formatNumber, formatPercent } = useFormat()

  const share = (weight: number) => formatPercent(percentOf(isBlank(weight) ? 0 : weight))
  const remark = (text: string) => (text ? [`    ${t('questions.feedback.word')}: ${text}`] : [])
  const named = (label: string, text: string) => (text ? [`${label}: ${text}`] : [])
  const yes = (label: string, on: boolean) => (on ? [label] : [])

  const choices = (all: readonly Choice[]) =>
    all.flatMap(({ text, weight, feedback }) => [`${weight > 0 ? '●' : '○'} ${text} (${share(weight)})`, ...remark(feedback)])

  function answerable(body: Answerable): string[] {
    switch (body.kind) {
      case 'single_choice':
        return [...choices(body.choices), ...yes(t('questions.shuffle'), body.shuffle)]
      case 'multiple_choice':
        return [...choices(body.choices), ...yes(t('questions.scheme.all'), body.scoring === 'all_or_nothing'), ...yes(t('questions.shuffle'), body.shuffle)]
      case 'numerical':
        return [
          ...body.answers.flatMap(({ value, tolerance, weight, feedback }) => [
            `= ${value === null ? t('questions.number.other') : typed(value)}${tolerance ? ` ± ${typed(tolerance)}` : ''} (${share(weight)})`,
            ...remark(feedback),
          ]),
          ...body.units.map(({ name, factor }) => `${t('questions.unit.name')}: ${name} × ${typed(factor)}`),
          ...yes(t('questions.unit.required'), body.unit_required),
        ]
      case 'short_answer':
        return [
          ...body.answers.flatMap(({ text, weight, feedback }) => [`= ${text} (${share(weight)})`, ...remark(feedback)]),
          ...yes(t('questions.pattern.case'), body.case_sensitive),
        ]
    }
  }

  function asked(body: Body): string[] {
    switch (body.kind) {
      case 'true_false':
        return [
          `● ${body.answer ? t('questions.truth.true') : t('questions.truth.false')}`,
          ...named(t('questions.truth.feedback_true'), body.feedback_true),
          ...named(t('questions.truth.feedback_false'), body.feedback_false),
        ]
      case 'matching':
        return [
          ...body.pairs.map(({ prompt, match }) => `${prompt} — ${match}`),
          ...body.distractors.map((text) => `${t('questions.match.other')}: ${text}`),
          ...yes(t('questions.match.shuffle'), body.shuffle),
        ]
      case 'ordering':
        return [...body.items.map(({ text }, index) => `${formatNumber(index + 1)}. ${text}`), t(`questions.order.${body.scoring}`)]
      case 'cloze':
        return body.gaps.flatMap(({ id, question, points }) => [
          `[[${id}]] ${t(`questions.gap.${question.kind}`)}, ${t('questions.gap.points')}: ${typed(points)}`,
          ...answerable(question).map((line) => `    ${line}`),
        ])
      case 'essay':
        return [
          `${t('questions.essay.least')}: ${formatNumber(body.least_words)}`,
          ...(body.most_words === null ? [] : [`${t('questions.essay.most')}: ${formatNumber(body.most_words)}`]),
          `${t('questions.essay.files')}: ${formatNumber(body.files)}`,
          ...named(t('questions.essay.template'), body.template),
          ...byHand(body),
        ]
      case 'file_upload':
        return [`${t('questions.upload.most')}: ${formatNumber(body.most_files)}`, ...named(t('questions.upload.endings'), body.endings.join(', ')), ...byHand(body)]
      default:
        return answerable(body)
    }
  }

  const byHand = ({ rubric, for_graders: note }: Extract<Body, { for_graders: string }>) => [
    ...rubric.map((line) => `${line.text} (${share(line.share)})`),
    ...named(t('questions.graders.label'), note),
  ]

  function bodyText(body: Body): string {
    return [
      body.text,
      '',
      ...asked(body),
      ...named(t('questions.feedback.general'), body.feedback),
      ...body.hints.map((hint) => `${t('questions.hints.one')}: ${hint}`),
    ].join('\n')
  }

  function questionText({ title, points, penalty, body }: Described): string {
    const facts = [title, `${t('questions.points')}: ${typed(points)}`, ...(penalty > 0 ? [`${t('questions.penalty')}: ${share(penalty)}`] : [])]
    return `${facts.join('\n')}\n\n${bodyText(body)}`
  }

  return { bodyText, questionText }
}
