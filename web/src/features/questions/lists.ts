/** Lists that are written in one line. */

const between = (text: string, marks: RegExp) => text.split(marks).map((part) => part.trim()).filter(Boolean)

/** `.PDF, docx` as endings of files. */
export const endingsIn = (text: string): string[] => [...new Set(between(text, /[\s,;،]+/).map((ending) => ending.replace(/^[*.]+/, '').toLowerCase()))]

/** Tags between commas, of any script. */
export const tagsIn = (text: string): string[] => [...new Set(between(text, /[,;،\n]+/).map((tag) => tag.replace(/\s+/g, ' ')))]
