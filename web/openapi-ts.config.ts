import { defineConfig } from '@hey-api/openapi-ts'

// Types alone: they weigh nothing in the browser.
export default defineConfig({
  input: './openapi.json',
  output: './contract/generated',
  plugins: ['@hey-api/typescript'],
})
