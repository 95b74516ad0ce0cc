/** Words between commas, each once. */
export function tagsIn(text: string): string[] {
  return [...new Set(text.split(/[,،]/).map((tag) => tag.trim()).filter(Boolean))]
}
