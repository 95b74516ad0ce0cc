import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

/** The pages of a test, in the order in which one needs them: to write it, to run it, to see what came of it. */
export function useTestPages() {
  const { t } = useI18n()

  return computed(() => [
    { name: 'test-edit', label: t('tests.tab.questions') },
    { name: 'test-settings', label: t('tests.tab.settings') },
    { name: 'test-extra-time', label: t('tests.tab.extra_time') },
    { name: 'test-live', label: t('tests.tab.live') },
    { name: 'test-grading', below: 'test-grading-question', label: t('tests.tab.grading') },
    { name: 'test-results', label: t('tests.tab.results') },
    { name: 'test-statistics', label: t('tests.tab.statistics') },
    { name: 'test-regrades', label: t('tests.tab.regrades') },
  ])
}
