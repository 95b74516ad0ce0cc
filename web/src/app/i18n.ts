import { createI18n } from 'vue-i18n'

/** The languages that Banyan speaks, each by its own name. */
export const LOCALES = { en: 'English', ar: 'العربية' } as const

export type Locale = keyof typeof LOCALES

type Messages = Record<string, unknown>
type Load = () => Promise<{ default: Messages }>

const STORED = 'banyan.locale'

/** One file per area and locale; `app` holds what every page needs. */
const files = {
  ...import.meta.glob<{ default: Messages }>('../features/*/messages/*.json'),
  ...import.meta.glob<{ default: Messages }>('./messages/*.json'),
}

const loads = new Map<string, Load>(
  Object.entries(files).map(([file, load]) => {
    const [, area, locale] = /(?:(\w+)\/)?messages\/(\w+)\.json$/.exec(file) ?? []
    return [`${area ?? 'app'}/${locale ?? ''}`, load]
  }),
)

const needed = new Set<string>(['app'])
const loading = new Map<string, Promise<void>>()

/** The plural forms in the order of CLDR; a message gives those that its language has, in this order. */
const FORMS = ['zero', 'one', 'two', 'few', 'many', 'other'] as const

function pluralForm(locale: Locale): (count: number) => number {
  const rules = new Intl.PluralRules(locale)
  const own = FORMS.filter((form) => rules.resolvedOptions().pluralCategories.includes(form))
  return (count) => own.indexOf(rules.select(count))
}

export const i18n = createI18n<false>({
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- gone in 12, where it is the only way; 11 needs to be told
  legacy: false,
  locale: chosenLocale(),
  messages: {},
  pluralRules: Object.fromEntries(localeNames().map((locale) => [locale, pluralForm(locale)])),
  // The checks in scripts/ see to it that no locale lacks a message.
  fallbackWarn: false,
})

export const t = i18n.global.t

function localeNames(): Locale[] {
  return Object.keys(LOCALES) as Locale[]
}

export function isLocale(name: string | null | undefined): name is Locale {
  return name != null && Object.hasOwn(LOCALES, name)
}

export function currentLocale(): Locale {
  return i18n.global.locale.value as Locale
}

/** What early.js has put on the root element before the first paint. */
function chosenLocale(): Locale {
  const { lang } = document.documentElement
  return isLocale(lang) ? lang : 'en'
}

/** Loads the messages of an area, such as `courses`, in the current locale. */
export async function loadMessages(area: string): Promise<void> {
  needed.add(area)
  await load(area, currentLocale())
}

/** Switches the language of everything on the page, and remembers it in this browser. */
export async function useLocale(locale: Locale): Promise<void> {
  await Promise.all([...needed].map((area) => load(area, locale)))
  i18n.global.locale.value = locale
  document.documentElement.lang = locale
  document.documentElement.dir = locale === 'ar' ? 'rtl' : 'ltr'
  try {
    localStorage.setItem(STORED, locale)
  } catch {
    // Storage is forbidden: the choice holds for this visit.
  }
}

function load(area: string, locale: Locale): Promise<void> {
  const name = `${area}/${locale}`
  const known = loading.get(name)
  if (known) return known
  const promise = (async () => {
    const file = loads.get(name)
    if (file) i18n.global.mergeLocaleMessage(locale, { [area]: (await file()).default })
  })()
  promise.catch(() => loading.delete(name))
  loading.set(name, promise)
  return promise
}
