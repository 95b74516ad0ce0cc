import type { Component } from 'vue'

import { loadMessages } from './i18n'

type Page = () => Promise<{ default: Component }>

/** A page that comes together with the messages of its area, both at once. */
export function page(area: string, load: Page): Page {
  return async () => {
    const [component] = await Promise.all([load(), loadMessages(area)])
    return component
  }
}
