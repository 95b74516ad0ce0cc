/**
 * What neither the compiler nor ESLint sees:
 * - every locale has the same messages, with the same placeholders and all the plural forms of its language;
 * - every message that is used exists, and every one that exists is used;
 * - styles name sides of the text, never of the screen.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const SOURCE = fileURLToPath(new URL('../src/', import.meta.url))
const LOCALES = ['en', 'ar']
const PHYSICAL = /(?<![\w-])(margin|padding|border|inset|scroll-margin|scroll-padding)-(left|right)\b|^\s*(left|right)\s*:|(text-align|float|clear)\s*:\s*(left|right)\b/m

const problems = []
const files = readdirSync(SOURCE, { recursive: true }).map((file) => SOURCE + file)
const read = (file) => readFileSync(file, 'utf8')
const name = (file) => relative(SOURCE, file)

/** `{a: {b: 'x'}}` as `a.b → x`. */
function flat(messages, prefix) {
  return Object.entries(messages).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${prefix}.${key}`, value]] : flat(value, `${prefix}.${key}`),
  )
}

const placeholders = (message) => [...new Set(message.match(/\{\w+\}/g) ?? [])].sort().join(' ')
const forms = (locale) => new Intl.PluralRules(locale).resolvedOptions().pluralCategories.length

const catalogues = new Map()
for (const file of files) {
  const [, area, locale] = /(\w+)\/messages\/(\w+)\.json$/.exec(file) ?? []
  if (!area) continue
  const catalogue = catalogues.get(area) ?? {}
  catalogue[locale] = new Map(flat(JSON.parse(read(file)), area))
  catalogues.set(area, catalogue)
}

const defined = new Set()
for (const [area, catalogue] of catalogues) {
  const english = catalogue.en ?? new Map()
  for (const key of english.keys()) defined.add(key)
  for (const locale of LOCALES) {
    const messages = catalogue[locale]
    if (!messages) {
      problems.push(`${area}: no messages in ${locale}`)
      continue
    }
    for (const key of new Set([...english.keys(), ...messages.keys()])) {
      const [ours, theirs] = [english.get(key), messages.get(key)]
      if (ours === undefined || theirs === undefined) {
        problems.push(`${key}: missing in ${ours === undefined ? 'en' : locale}`)
        continue
      }
      if (placeholders(ours) !== placeholders(theirs)) problems.push(`${key}: other placeholders in ${locale}`)
      const count = theirs.split(' | ').length
      if (ours.includes(' | ') && count !== forms(locale)) {
        problems.push(`${key}: ${count} plural forms in ${locale}, which has ${forms(locale)}`)
      }
    }
  }
}

const used = new Set()
// useProblemText says what each area has for the codes of the server.
const usedPrefixes = [...catalogues.keys()].map((area) => `${area}.problem.`)
for (const file of files.filter((file) => /\.(vue|ts)$/.test(file))) {
  for (const [, , key] of read(file).matchAll(/(?<!\w)(?:t|te)\(\s*(['"])([\w.]+)\1/g)) {
    used.add(key)
    if (!defined.has(key)) problems.push(`${name(file)}: no message ${key}`)
  }
  // t(`app.kind.${kind}`): all that begin so count as used. A key in a list of its own is marked by its full name.
  for (const [, prefix] of read(file).matchAll(/(?<!\w)(?:t|te)\(\s*`([\w.]+)\$\{/g)) usedPrefixes.push(prefix)
}
for (const key of defined) {
  if (!used.has(key) && !usedPrefixes.some((prefix) => key.startsWith(prefix))) problems.push(`${key}: nobody says it`)
}

for (const file of files.filter((file) => /\.(vue|css)$/.test(file))) {
  const styles = file.endsWith('.css') ? read(file) : (read(file).match(/<style[\s\S]*<\/style>/)?.[0] ?? '')
  const physical = PHYSICAL.exec(styles)
  if (physical) problems.push(`${name(file)}: "${physical[0].trim()}" names a side of the screen`)
}

for (const problem of problems) console.error(problem)
console.log(`${defined.size} messages in ${LOCALES.length} locales, ${problems.length} problems`)
if (problems.length > 0) process.exit(1)
