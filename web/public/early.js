// Runs before the first paint, so that a chosen theme or direction never flashes. Kept out of the module graph on
// purpose: modules run too late, and the content security policy allows no inline script.
{
  const root = document.documentElement
  let theme = null
  let locale = null
  try {
    theme = localStorage.getItem('banyan.theme')
    locale = localStorage.getItem('banyan.locale')
  } catch {
    // Storage can be forbidden; then the system's theme and the browser's language count.
  }
  locale ??= navigator.languages.find((language) => /^(ar|en)\b/.test(language))?.slice(0, 2) ?? 'en'
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme
  root.lang = locale
  root.dir = locale === 'ar' ? 'rtl' : 'ltr'
}
