import assert from 'node:assert/strict'
import test from 'node:test'

import type { Message } from '@/api/types'
import { rows } from '@/features/messages/rows'

const dayOf = (time: string) => time.slice(0, 10)

function message(seq: number, author: string, at: string, quoted: Message['quoted'] = null): Message {
  const nothing = { text: '', html: '', reply_to: null, files: [], mentions: [], reactions: [], edited_at: null, deleted_at: null }
  return { ...nothing, seq, author: { id: author, name: author }, at, quoted, pinned: false }
}

const TALK = [
  message(1, 'ann', '2026-03-01T10:00:00Z'),
  message(2, 'ann', '2026-03-01T10:02:00Z'),
  message(3, 'ann', '2026-03-01T10:20:00Z'),
  message(4, 'me', '2026-03-01T10:21:00Z'),
  message(5, 'ann', '2026-03-02T10:21:00Z'),
]

test('who speaks is named when someone else does, after a while, and on another day', () => {
  const shown = rows(TALK, { dayOf, unreadAfter: null, me: 'me' })
  assert.deepEqual(shown.map(({ isNamed }) => isNamed), [true, false, true, true, true])
  assert.deepEqual(shown.map(({ day }) => day), ['2026-03-01', null, null, null, '2026-03-02'])
})

test('what is new begins with the first message of someone else', () => {
  const firstNew = (unreadAfter: number) => rows(TALK, { dayOf, unreadAfter, me: 'me' }).find(({ isNew }) => isNew)?.message.seq
  assert.equal(firstNew(1), 2)
  assert.equal(firstNew(3), 5)
  assert.equal(firstNew(5), undefined)
})

test('rows in which nothing has changed are the same objects', () => {
  const known = rows(TALK.slice(1), { dayOf, unreadAfter: null, me: 'me' })
  const shown = rows([...TALK, message(6, 'ann', '2026-03-02T10:22:00Z')], { dayOf, unreadAfter: null, me: 'me', known })
  assert.notEqual(shown[1], known[0]) // named no more: another one came in front
  assert.deepEqual(shown.slice(2, 5).map((row, index) => row === known[index + 1]), [true, true, true])
})
