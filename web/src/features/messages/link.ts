/** The message that a link leads to, by the hash of its address. */
export const seqOf = (hash: string) => Number(/^#m(\d+)$/.exec(hash)?.[1]) || undefined
