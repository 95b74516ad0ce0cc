/** What may stand in a text that is shown without its markup: in a list of the browser's own. */
const LIGHT = new Set(['P', 'EM', 'STRONG', 'CODE', 'SPAN'])

/** The words of a text that needs no markup; null where pictures, formulas or paragraphs would be lost. */
export function plain(html: string): string | null {
  const { body } = new DOMParser().parseFromString(html, 'text/html')
  if (body.children.length > 1) return null
  return [...body.querySelectorAll('*')].every(({ tagName }) => LIGHT.has(tagName)) ? body.textContent.trim() : null
}
