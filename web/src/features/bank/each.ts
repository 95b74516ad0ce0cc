/** As many requests as are under way at once. */
const AT_ONCE = 3

export interface Outcome<Thing, Done> {
  done: { thing: Thing; result: Done }[]
  /** Why it did not work, for each with which it did not. */
  errors: unknown[]
}

/** Does something with each of several things, a few at a time, in their order; `progress` hears how many are through. */
export async function withEach<Thing, Done>(
  things: readonly Thing[],
  act: (thing: Thing) => Promise<Done>,
  progress: (through: number) => void,
): Promise<Outcome<Thing, Done>> {
  const results: PromiseSettledResult<Done>[] = []
  const waiting = things.entries()
  let through = 0

  async function work(): Promise<void> {
    for (const [at, thing] of waiting) {
      results[at] = (await Promise.allSettled([act(thing)]))[0]
      progress((through += 1))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return {
    done: things.flatMap((thing, at) => {
      const result = results[at]
      return result?.status === 'fulfilled' ? [{ thing, result: result.value }] : []
    }),
    errors: results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : [])),
  }
}
