import { fileURLToPath } from 'node:url'

import messages from '@intlify/unplugin-vue-i18n/vite'
import tailwind from '@tailwindcss/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * vue-i18n imports the whole of Vue by a namespace to read one function, which keeps every part of Vue in the bundle:
 * 16 KB gzipped that nobody runs. This names the one function.
 */
function shakeVue(): Plugin {
  const whole = "import * as Vue from 'vue';"
  const part = "import { getCurrentInstance as instance } from 'vue'; const Vue = { getCurrentInstance: instance };"
  return {
    name: 'shake-vue',
    transform: {
      filter: { id: /[\\/]vue-i18n[\\/]dist[\\/]vue-i18n\.\w*\.?mjs/ },
      handler(code) {
        if (!code.includes(whole)) this.error('vue-i18n imports Vue in another way now: see whether this is needed')
        return { code: code.replace(whole, part), map: null }
      },
    },
  }
}

export default defineConfig({
  plugins: [
    vue(),
    tailwind(),
    shakeVue(),
    // Messages are compiled while building: the content security policy allows no eval.
    messages({
      include: [here('src/app/messages/**'), here('src/features/*/messages/**')],
      strictMessage: true,
      runtimeOnly: true,
      dropMessageCompiler: true,
    }),
  ],
  resolve: { alias: { '@': here('src') } },
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: {
    outDir: here('../src/banyan/static'),
    emptyOutDir: true,
    target: ['chrome123', 'edge123', 'firefox128', 'safari17.5'],
    // Images inlined as data: URLs would be fetched by nobody twice; files keep caches and the policy simple.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // Two chunks that most pages share: what changes with a new library, and what changes with Banyan. Many small
          // ones would cost a request each and compress worse.
          groups: [
            { name: 'vendor', test: /node_modules/ },
            { name: 'kit', test: /src.(kit|app|api).*\.(vue|ts)/, minShareCount: 24 },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8000', '/ws': { target: 'ws://127.0.0.1:8000', ws: true } } },
})
