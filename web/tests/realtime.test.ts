import assert from 'node:assert/strict'
import test, { beforeEach, mock, type TestContext } from 'node:test'

import { Problem, Unreachable } from '@/api/problem'
import type { Line } from '@/realtime/connection'
import type { ClientFrame, RoomEvent, RoomName } from '@/realtime/frames'
import { delayAfter } from '@/realtime/returning'
import { type RoomHandlers, Rooms } from '@/realtime/rooms'

const ROOM: RoomName = 'group:0197'
const NOBODY = { count: 0, accounts: [] }

/** A WebSocket as the client sees it; the test is the server. */
class FakeSocket {
  static all: FakeSocket[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  readonly sent: ClientFrame[] = []
  closed = false

  constructor() {
    FakeSocket.all.push(this)
  }

  static get last(): FakeSocket {
    const socket = FakeSocket.all.at(-1)
    assert(socket)
    return socket
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as ClientFrame)
  }

  close(): void {
    this.closed = true
  }

  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }

  take(op: ClientFrame['op']): ClientFrame[] {
    return this.sent.filter((frame) => frame.op === op)
  }
}

const lines: Line[] = []
let signedOut = 0

/** Open, and in its rooms as soon as they are joined. */
function opened(context: TestContext): Rooms {
  const rooms = new Rooms('ws://banyan/ws', { changed: (line) => lines.push(line), signedOut: () => signedOut++ })
  context.after(() => rooms.close())
  rooms.open()
  FakeSocket.last.onopen?.()
  return rooms
}

function listener() {
  const heard: number[] = []
  const calls: string[] = []
  const handlers: RoomHandlers = {
    joined: () => calls.push('joined'),
    event: ({ seq }: RoomEvent) => heard.push(seq),
    resync: ({ seq }) => calls.push(`resync ${seq}`),
    refused: ({ code }) => calls.push(code),
  }
  return { heard, calls, handlers }
}

const joined = (seq: number, epoch = 9) => FakeSocket.last.say({ op: 'joined', room: ROOM, epoch, seq, present: NOBODY })
const event = (...seqs: number[]) => {
  for (const seq of seqs) FakeSocket.last.say({ op: 'event', room: ROOM, seq, type: 'message', data: {} })
}

beforeEach(() => {
  mock.timers.reset()
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: 0 })
  mock.method(Math, 'random', () => 0.5)
  Object.assign(globalThis, { WebSocket: FakeSocket })
  FakeSocket.all = []
  lines.length = 0
  signedOut = 0
})

test('each event is heard once and in order, and what is missing is asked for', (context) => {
  const rooms = opened(context)
  const { heard, handlers } = listener()
  rooms.join(ROOM, handlers, { epoch: 9, seq: 3 })
  assert.deepEqual(FakeSocket.last.take('join'), [{ op: 'join', room: ROOM, after: 3, epoch: 9 }])
  joined(5)
  event(4, 5, 5, 4, 6)
  assert.deepEqual(heard, [4, 5, 6])
  event(9)
  assert.deepEqual(FakeSocket.last.take('join').at(-1), { op: 'join', room: ROOM, after: 6, epoch: 9 })
  event(10)
  joined(10)
  event(7, 8, 9, 10, 11)
  assert.deepEqual(heard, [4, 5, 6, 7, 8, 9, 10, 11])
})

test('a gap that asking does not fill is a reason to fetch anew, not to ask for ever', (context) => {
  const rooms = opened(context)
  const { heard, calls, handlers } = listener()
  rooms.join(ROOM, handlers, { epoch: 9, seq: 1 })
  joined(1)
  event(5)
  joined(5)
  event(5)
  assert.deepEqual(calls, ['joined', 'joined', 'resync 5'])
  event(6)
  assert.deepEqual(heard, [6])
  assert.equal(FakeSocket.last.take('join').length, 2)
})

test('two who want to hear a room share it, and each gets what it lacks', (context) => {
  const rooms = opened(context)
  const [first, second] = [listener(), listener()]
  const leaveFirst = rooms.join(ROOM, first.handlers)
  joined(8)
  const leaveSecond = rooms.join(ROOM, second.handlers, { epoch: 9, seq: 5 })
  assert.deepEqual(FakeSocket.last.take('join').at(-1), { op: 'join', room: ROOM, after: 5, epoch: 9 })
  event(9)
  joined(9)
  event(6, 7, 8, 9, 10)
  assert.deepEqual(first.heard, [9, 10])
  assert.deepEqual(second.heard, [6, 7, 8, 9, 10])
  leaveFirst()
  assert.equal(FakeSocket.last.take('leave').length, 0)
  leaveSecond()
  assert.deepEqual(FakeSocket.last.take('leave'), [{ op: 'leave', room: ROOM }])
})

test('a lost connection comes back and goes on where it was', (context) => {
  const rooms = opened(context)
  const { heard, handlers } = listener()
  rooms.join(ROOM, handlers, { epoch: 9, seq: 1 })
  joined(2)
  event(2)
  FakeSocket.last.onclose?.({ code: 1006 })
  assert.equal(lines.at(-1), 'waiting')
  mock.timers.tick(499)
  assert.equal(FakeSocket.all.length, 1)
  mock.timers.tick(1)
  assert.equal(FakeSocket.all.length, 2)
  FakeSocket.last.onopen?.()
  assert.deepEqual(FakeSocket.last.sent, [{ op: 'join', room: ROOM, after: 2, epoch: 9 }])
  joined(3)
  event(3)
  assert.deepEqual(heard, [2, 3])
})

test('what was sent and not acknowledged fails so that it is sent again', async (context) => {
  const rooms = opened(context)
  const sent = rooms.send(ROOM, 'k1', 'message', { text: 'Hi' })
  FakeSocket.last.say({ op: 'ack', room: ROOM, key: 'k1', seq: 4 })
  assert.equal(await sent, 4)
  const lost = rooms.send(ROOM, 'k2', 'message', { text: 'Hi' })
  FakeSocket.last.onclose?.({ code: 1012 })
  await assert.rejects(lost, Unreachable)
  await assert.rejects(rooms.send(ROOM, 'k3', 'message', {}), Unreachable)
  mock.timers.tick(1_000)
  FakeSocket.last.onopen?.()
  const refused = rooms.send(ROOM, 'k4', 'message', {})
  FakeSocket.last.say({ op: 'error', room: ROOM, key: 'k4', status: 403, code: 'muted', title: 'Muted' })
  await assert.rejects(refused, (error) => error instanceof Problem && error.code === 'muted')
})

test('one who is put out of a room is told, and does not knock again', (context) => {
  const rooms = opened(context)
  const { calls, handlers } = listener()
  rooms.join(ROOM, handlers)
  joined(1)
  FakeSocket.last.say({ op: 'error', room: ROOM, status: 409, code: 'not_in_room', title: 'Typing' })
  FakeSocket.last.say({ op: 'error', room: ROOM, status: 403, code: 'expelled', title: 'Expelled' })
  assert.deepEqual(calls, ['joined', 'expelled'])
  FakeSocket.last.onclose?.({ code: 1012 })
  mock.timers.tick(1_000)
  FakeSocket.last.onopen?.()
  assert.deepEqual(FakeSocket.last.sent, [])
})

test('joins that came too fast are asked once more', (context) => {
  const rooms = opened(context)
  rooms.join(ROOM, listener().handlers, { epoch: 9, seq: 3 })
  FakeSocket.last.say({ op: 'error', status: 429, code: 'too_many_requests', title: 'Slow down' })
  mock.timers.tick(2_000)
  assert.equal(FakeSocket.last.take('join').length, 2)
})

test('a connection that says nothing is asked, and after 45 s given up', (context) => {
  opened(context)
  mock.timers.tick(20_000)
  assert.deepEqual(FakeSocket.last.take('ping').length, 1)
  FakeSocket.last.say({ op: 'pong' })
  mock.timers.tick(20_000)
  assert.deepEqual(FakeSocket.last.take('ping').length, 2)
  mock.timers.tick(24_000)
  assert.equal(lines.at(-1), 'open')
  mock.timers.tick(1_000)
  assert.equal(lines.at(-1), 'waiting')
  assert(FakeSocket.all[0]?.closed)
})

test('when the network changes, a dead connection is noticed at once, and a waiting one comes back at once', (context) => {
  const rooms = opened(context)
  rooms.hurry()
  mock.timers.tick(4_000)
  assert.equal(lines.at(-1), 'waiting')
  rooms.hurry()
  assert.equal(lines.at(-1), 'opening')
})

test('without a session it is asked whether there is one', (context) => {
  opened(context)
  FakeSocket.last.onclose?.({ code: 4401 })
  assert.equal(signedOut, 1)
  assert.equal(lines.at(-1), 'waiting')
})

test('each close code has its own way back', () => {
  const longest = (code: number, failures: number) => {
    mock.method(Math, 'random', () => 0.999_999)
    return Math.round(delayAfter(code, failures) ?? -1)
  }
  for (const code of [1003, 1007, 1009, 4400]) assert.equal(delayAfter(code, 0), null)
  assert.equal(longest(1012, 0), 2_000)
  assert.equal(longest(4409, 0), 500)
  assert.equal(longest(1006, 0), 1_000)
  assert.equal(longest(1006, 3), 8_000)
  assert.equal(longest(1006, 20), 30_000)
  assert.equal(longest(1012, 3), 8_000)
  assert((delayAfter(4429, 0) ?? 0) >= 10_000)
  assert((delayAfter(4503, 0) ?? 0) >= 3_000)
})
