import { computed, type ShallowRef } from 'vue'

import type { Conflict } from './autosave'

interface Saving<Thing, Fields> {
  conflict: ShallowRef<Conflict<Thing, Fields> | null>
  fields: Fields
}

interface Wording<Thing, Fields> {
  read: (thing: Thing) => Fields
  /** What the fields are called, in the order in which they are shown. */
  labels: Record<keyof Fields, string>
  /** A value in words; `theirs` is the other person's thing where the value is theirs. */
  said: (field: keyof Fields, value: Fields[keyof Fields], theirs: Thing | null) => string
}

/** Both versions of what two people have changed at once, field by field, as ConflictChoice shows them. */
export function useConflicts<Thing, Fields extends object>(saving: Saving<Thing, Fields>, { read, labels, said }: Wording<Thing, Fields>) {
  return computed(() => {
    const met = saving.conflict.value
    if (!met) return []
    const theirs = read(met.thing)
    return (Object.keys(labels) as (keyof Fields)[])
      .filter((field) => met.fields.includes(field))
      .map((field) => ({
        label: labels[field],
        mine: said(field, saving.fields[field], null),
        theirs: said(field, theirs[field], met.thing),
      }))
  })
}
