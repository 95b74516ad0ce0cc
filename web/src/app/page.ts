import type { Component } from 'vue'

import { loadMessages } from './i18n'

type Page = () => Promise<{ default: Component }>

/** A page that comes together with the messages of its areas, all at once. */
export function page(areas: string | readonly string[], load: Page): Page {
  return async () => {
    const [component] = await Promise.all([load(), ...[areas].flat().map((area) => loadMessages(area))])
    return component
  }
}
