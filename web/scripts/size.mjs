/**
 * Measures the first load: everything the browser fetches, gzipped, until the home page stands in English. That is
 * the document, the entry with what it imports, all their styles, the home page's chunk and its messages.
 */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const LIMIT = 100_000
const ROOT = new URL('../../src/banyan/static/', import.meta.url)
const LAZY = ['src/pages/HomePage.vue', 'src/app/messages/en.json', 'src/features/home/messages/en.json']

const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', ROOT), 'utf8'))
const files = new Set(['index.html', 'early.js'])

function add(name) {
  const chunk = manifest[name]
  if (!chunk) throw new Error(`${name} is not in the build`)
  if (files.has(chunk.file)) return
  files.add(chunk.file)
  for (const sheet of chunk.css ?? []) files.add(sheet)
  for (const imported of chunk.imports ?? []) add(imported)
}

add('index.html')
for (const name of LAZY) add(name)

let total = 0
for (const file of files) {
  const size = gzipSync(readFileSync(new URL(file, ROOT)), { level: 9 }).length
  total += size
  console.log(`${String(size).padStart(7)}  ${file}`)
}
console.log(`${String(total).padStart(7)}  first load, gzipped (at most ${LIMIT})`)
if (total > LIMIT) process.exit(1)
