/** Lets Node import the sources as Vite does: `@/` is src/, and files are named without `.ts`. */
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

const SOURCE = new URL('../src/', import.meta.url)

registerHooks({
  resolve(name, context, next) {
    const isOurs = name.startsWith('@/')
    const isTheirs = !name.startsWith('.') || context.parentURL?.includes('/node_modules/')
    if (!isOurs && isTheirs) return next(name, context)
    const file = isOurs ? new URL(name.slice(2), SOURCE) : new URL(name, context.parentURL)
    const source = new URL(`${file.href}.ts`)
    return next(existsSync(fileURLToPath(source)) ? source.href : file.href, context)
  },
})
