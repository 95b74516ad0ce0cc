import assert from 'node:assert/strict'
import test from 'node:test'

import { readNumber, typed } from '@/kit/numbers'

test('numbers are read as people write them', () => {
  const read = { '7.5': 7.5, ' 7,5 ': 7.5, '.5': 0.5, '5.': 5, '٧٫٥': 7.5, '۷٫۵': 7.5, '−2': -2, '+2': 2, '-2e3': -2000, '1 000': 1000, "1'000": 1000, '1\u202f000': 1000 }
  for (const [text, value] of Object.entries(read)) assert.equal(readNumber(text), value, text)
})

test('what is no number, or too large for one, is none', () => {
  for (const text of ['', ' ', 'seven', '1,000.5', '1.2.3', '1-2', 'e5', '7/10', '1e999', 'Infinity', 'NaN', '0x10']) assert.equal(readNumber(text), null, text)
})

test('numbers stand in fields as one would type them', () => {
  assert.equal(typed(0.1 + 0.2), '0.3')
  assert.equal(typed(-7), '-7')
  assert.equal(typed(null), '')
  assert.equal(typed(Number.NaN), '')
})
