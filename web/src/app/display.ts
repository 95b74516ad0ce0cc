import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

import { changeMe } from '@/api/accounts'
import { MoonIcon, ScreenIcon, SunIcon } from '@/kit/icons'

import { type Locale, LOCALES, useLocale } from './i18n'
import { queryClient } from './query'
import { meQuery } from './session'
import { chooseTheme, theme } from './theme'

/** The language and the light of the page, and what there is to choose from. */
export function useDisplay() {
  const { t, locale } = useI18n()

  const locales = (Object.keys(LOCALES) as Locale[]).map((value) => ({ value, label: LOCALES[value] }))
  const themes = computed(() => [
    { value: 'system' as const, label: t('app.display.system'), icon: ScreenIcon },
    { value: 'light' as const, label: t('app.display.light'), icon: SunIcon },
    { value: 'dark' as const, label: t('app.display.dark'), icon: MoonIcon },
  ])

  /** At once here, and for whoever is signed in on every device. */
  async function chooseLocale(chosen: Locale): Promise<void> {
    await useLocale(chosen)
    const account = queryClient.getQueryData(meQuery.queryKey)
    if (account && account.locale !== chosen) {
      queryClient.setQueryData(meQuery.queryKey, await changeMe({ locale: chosen }))
    }
  }

  return { locales, locale, chooseLocale, themes, theme, chooseTheme }
}
