import { computed, onScopeDispose, ref, shallowRef } from 'vue'

import type { QuestionKind } from '@/api/attempts'
import { idempotencyKey } from '@/api/client'
import { isProblem, Problem } from '@/api/problem'
import { type BankQuestion, changeQuestion, createQuestion } from '@/api/questions'
import type { Id } from '@/api/types'
import { dropStash, readStash, writeStash } from '@/kit/stash'

import { asFields, changes, clashes, type Draft, type Field, FIELDS, only, read } from './draft'
import { newBody } from './fresh'
import { asSent, givenIds, kept, missing, revived } from './sent'

interface Options {
  course: Id
  kind: QuestionKind
  /** None while it is not in the bank. */
  question: BankQuestion | null
  defaults: Partial<Draft>
}

interface Met {
  theirs: BankQuestion
  fields: Field[]
}

/**
 * A question as it is being written. Each save makes a version of it that tests may be published with, so one says when;
 * until then what is written is kept on this device. Where someone else has saved meanwhile, what only they changed is
 * taken over, and for what both changed one chooses.
 */
export function useDrafting({ course, kind, question, defaults }: Options) {
  const blank: Draft = { title: '', body: newBody(kind), points: 1, penalty: 0, difficulty: null, tags: [], category_id: null, code: '', ...defaults }
  const name = question ? `question.${question.id}` : `question.new.${course}.${kind}`

  const base = shallowRef(question)
  const was = computed(() => (base.value ? read(base.value) : blank))
  const draft = shallowRef<Draft>(was.value)
  const isDirty = computed(() => changes(was.value, draft.value).length > 0)
  const isSaving = ref(false)
  const error = shallowRef<unknown>(null)
  const met = shallowRef<Met | null>(null)
  const isRestored = ref(false)
  /** Counts how often what stands on the page has been exchanged as a whole. */
  const round = ref(0)
  /** Ids of parts as they were on the page before the bank gave its own: what stands there stays what it is. */
  const keys = new Map<string, string>()
  let key = idempotencyKey()

  function change(part: Partial<Draft>): void {
    draft.value = { ...draft.value, ...part }
    // Another question than the one that may have been sent already.
    key = idempotencyKey()
    keep()
  }

  function keep(): void {
    const fields = changes(was.value, draft.value)
    if (fields.length === 0) {
      dropStash(name)
      return
    }
    const part = only(draft.value, fields)
    writeStash(name, { version: base.value?.version ?? 0, fields: part.body ? { ...part, body: kept(part.body) } : part })
  }

  /** What an earlier visit did not save. */
  function recover(): void {
    const found = readStash<Draft>(name)
    if (!found) return
    const { body, ...others } = found.fields
    const mine: Draft = { ...draft.value, ...others, ...(body && { body: revived(body) }) }
    const fields = changes(was.value, mine)
    if (fields.length === 0) {
      dropStash(name)
      return
    }
    draft.value = mine
    isRestored.value = true
    if (question && found.version !== question.version) met.value = { theirs: question, fields }
  }

  /** The question as the bank has it now; null where it was not taken. */
  async function save(): Promise<BankQuestion | null> {
    if (isSaving.value || met.value) return null
    const sending = draft.value
    const lacking = missing(sending.body)
    error.value = lacking.length > 0 ? new Problem(422, { code: 'unfit_question', errors: lacking }) : null
    if (error.value) return null
    isSaving.value = true
    try {
      const saved = await (base.value ? changed(base.value, sending) : createQuestion(course, { ...asFields(sending, FIELDS), body: asSent(sending.body).body }, key))
      if (saved) settle(saved, sending)
      return saved
    } catch (reason) {
      error.value = reason instanceof Problem ? onPage(reason, sending) : reason
      return null
    } finally {
      isSaving.value = false
    }
  }

  async function changed(from: BankQuestion, mine: Draft): Promise<BankQuestion | null> {
    const fields = changes(read(from), mine)
    if (fields.length === 0) return from
    try {
      return await changeQuestion(from.id, from.version, asFields(mine, fields))
    } catch (reason) {
      const theirs = isProblem(reason, 'stale_edit') ? (reason.current as BankQuestion | undefined) : undefined
      if (!theirs || theirs.version === from.version) throw reason
      const both = clashes(read(from), mine, read(theirs))
      if (both.length === 0) {
        base.value = theirs
        return changed(theirs, { ...read(theirs), ...only(mine, fields) })
      }
      met.value = { theirs, fields: both }
      return null
    }
  }

  /** Takes over what was saved, but for what has been written since. */
  function settle(saved: BankQuestion, sent: Draft): void {
    const since = only(draft.value, changes(sent, draft.value))
    for (const [given, mine] of givenIds(asSent(sent.body).body, saved.body)) keys.set(given, keys.get(mine) ?? mine)
    base.value = saved
    draft.value = { ...read(saved), ...since }
    isRestored.value = false
    if (question) keep()
    else dropStash(name)
  }

  /** Mine stays, or theirs; what only one of us changed stays in any case. */
  function decide(whose: 'mine' | 'theirs'): void {
    if (!met.value) return
    const { theirs, fields } = met.value
    const mine = changes(was.value, draft.value).filter((field) => whose === 'mine' || !fields.includes(field))
    const part = only(draft.value, mine)
    base.value = theirs
    draft.value = { ...read(theirs), ...part }
    met.value = null
    keep()
    if (whose === 'mine') void save()
    else round.value += 1
  }

  /** Back to what is in the bank. */
  function discard(): void {
    draft.value = was.value
    round.value += 1
    isRestored.value = false
    error.value = null
    met.value = null
    dropStash(name)
  }

  /** It has been changed elsewhere on this page, such as to an older version. */
  function replace(fresh: BankQuestion): void {
    base.value = fresh
    discard()
  }

  /** It has been read again: what is newer counts where nothing is being written. */
  function rebase(fresh: BankQuestion): void {
    if (base.value && fresh.version > base.value.version && !isDirty.value) replace(fresh)
  }

  const unload = (event: BeforeUnloadEvent) => {
    if (isDirty.value) event.preventDefault()
  }
  addEventListener('beforeunload', unload)
  onScopeDispose(() => removeEventListener('beforeunload', unload))

  recover()
  const keyOf = (id: string) => keys.get(id) ?? id
  return { base, draft, round, isDirty, isSaving, isRestored, error, met, keyOf, change, save, decide, discard, replace, rebase }
}

export type Drafting = ReturnType<typeof useDrafting>

/** What the server said, told of the rows on the page. */
function onPage({ status, code, message: title, detail, fields, retryAfter }: Problem, { body }: Draft): Problem {
  const place = asSent(body).onPage
  return new Problem(status, { title, code, detail, errors: fields.map((field) => ({ ...field, pointer: place(field.pointer) })) }, retryAfter)
}
