import assert from 'node:assert/strict'
import test from 'node:test'

import { fromWire, mentionAt, plainText, toWire } from '@/features/messages/mentions'

const ANN = '01970000-0000-7000-8000-00000000000a'
const LEE = '01970000-0000-7000-8000-00000000000b'

test('names become mentions on the wire, the longest first, and names again', () => {
  const mentioned = new Map([
    ['Ann', ANN],
    ['Ann Lee', LEE],
  ])
  const text = 'Hi @Ann Lee, and @Ann; not ann@Ann.example or @Anna.'
  const wire = toWire(text, mentioned)
  assert.equal(wire, `Hi [@Ann Lee](mention:${LEE}), and [@Ann](mention:${ANN}); not ann@Ann.example or @Anna.`)
  assert.deepEqual(fromWire(wire), { text, mentioned })
})

test('a name with marks of Markdown in it comes back as it was', () => {
  const mentioned = new Map([['A [b]_c*', ANN]])
  const wire = toWire('See @A [b]_c*', mentioned)
  assert.deepEqual(fromWire(wire), { text: 'See @A [b]_c*', mentioned })
})

test('after an @ the name so far is found, also of two words, and nothing in an address', () => {
  assert.deepEqual(mentionAt('Hi @Al', 6), { from: 3, name: 'Al' })
  assert.deepEqual(mentionAt('@Nia New', 8), { from: 0, name: 'Nia New' })
  assert.deepEqual(mentionAt('(@', 2), { from: 1, name: '' })
  assert.deepEqual(mentionAt('@سا', 3), { from: 0, name: 'سا' })
  assert.equal(mentionAt('me@home', 7), null)
  assert.equal(mentionAt('@one two three', 14), null)
})

test('a quotation leaves out the marks of Markdown', () => {
  assert.equal(plainText(`**Look**, [@Ann](mention:${ANN}): [here](https://a.example) \`x\``), 'Look, @Ann: here x')
})
