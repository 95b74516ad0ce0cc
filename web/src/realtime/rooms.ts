import { Problem, Unreachable } from '@/api/problem'

import { Connection, type Line } from './connection'
import type { ClientFrame, Ephemeral, ErrorFrame, Head, Joined, RoomEvent, RoomName, ServerFrame } from './frames'

/** Milliseconds for which a join that came too fast waits. */
const PAUSE = 2_000
/** Milliseconds for which an `ack` may be on its way. */
const LONGEST_ACK = 20_000

/** What a part of the app hears of a room. */
export interface RoomHandlers {
  /** Also after every interruption: what has no seq may have been missed. */
  joined?: (joined: Joined) => void
  /** Each event once, in order. */
  event?: (event: RoomEvent) => void
  ephemeral?: (told: Ephemeral) => void
  /** Too much was missed: fetch anew; events go on after `seq`. */
  resync?: (head: Head) => void
  /** One may not be in the room, or no longer. */
  refused?: (problem: Problem) => void
}

interface Member {
  handlers: RoomHandlers
  /** The last event that it has had; null until the room has told where it is. */
  head: Head | null
  /** Where a gap was noticed. */
  gapAfter: number | null
}

interface Room {
  members: Set<Member>
  /** Joins without an answer yet. */
  asked: number
  refused: boolean
}

interface Sending {
  resolve: (seq: number) => void
  reject: (error: unknown) => void
  timer: ReturnType<typeof setTimeout>
}

interface Listener {
  changed: (line: Line) => void
  signedOut: () => void
}

/** All rooms of the app over one connection: each is joined once, however many want to hear it. */
export class Rooms {
  readonly #connection: Connection
  readonly #rooms = new Map<RoomName, Room>()
  readonly #sending = new Map<string, Sending>()
  readonly #listener: Listener

  constructor(address: string, listener: Listener) {
    this.#listener = listener
    this.#connection = new Connection(address, {
      changed: (line) => this.#changed(line),
      heard: (frame) => this.#hear(frame),
      signedOut: listener.signedOut,
    })
  }

  get isOpen(): boolean {
    return this.#connection.line === 'open'
  }

  open(): void {
    this.#connection.open()
  }

  close(): void {
    this.#connection.close()
  }

  hurry(): void {
    this.#connection.hurry()
  }

  /**
   * Hears a room, from the event after `from` on where it is given. The answer ends it.
   */
  join(name: RoomName, handlers: RoomHandlers, from: Head | null = null): () => void {
    const room = this.#rooms.get(name) ?? { members: new Set(), asked: 0, refused: false }
    const member: Member = { handlers, head: from && { epoch: from.epoch, seq: from.seq }, gapAfter: null }
    this.#rooms.set(name, room)
    room.members.add(member)
    room.refused = false
    this.#ask(name, room)
    return () => this.#leave(name, room, member)
  }

  /**
   * Stores something in a room, once for each `key`; its seq.
   *
   * @throws Problem; Unreachable: send it again, with the same key.
   */
  send(room: RoomName, key: string, type: string, data: object): Promise<number> {
    return new Promise((resolve, reject) => {
      if (!this.#connection.send({ op: 'send', room, key, type, data })) {
        reject(new Unreachable())
        return
      }
      const timer = setTimeout(() => this.#sent(key)?.reject(new Unreachable()), LONGEST_ACK)
      this.#sending.set(key, { resolve, reject, timer })
    })
  }

  typing(room: RoomName): void {
    if (this.#isIn(room)) this.#connection.send({ op: 'typing', room })
  }

  /** Notes how far one has read; false where it has to be told in another way. */
  read(room: RoomName, seq: number): boolean {
    return this.#isIn(room) && this.#connection.send({ op: 'read', room, seq })
  }

  #isIn(name: RoomName): boolean {
    const room = this.#rooms.get(name)
    return room?.asked === 0 && !room.refused
  }

  #leave(name: RoomName, room: Room, member: Member): void {
    room.members.delete(member)
    if (room.members.size > 0 || this.#rooms.get(name) !== room) return
    this.#rooms.delete(name)
    if (!room.refused) this.#connection.send({ op: 'leave', room: name })
  }

  #changed(line: Line): void {
    if (line === 'open') {
      for (const [name, room] of this.#rooms) if (!room.refused) this.#ask(name, room)
    } else {
      for (const room of this.#rooms.values()) room.asked = 0
      for (const key of [...this.#sending.keys()]) this.#sent(key)?.reject(new Unreachable())
    }
    this.#listener.changed(line)
  }

  /** From the oldest event on that anyone lacks: whoever has had it already leaves it out. */
  #ask(name: RoomName, room: Room): void {
    const heads = [...room.members].flatMap(({ head }) => head ?? [])
    const oldest = heads.reduce<Head | null>((least, head) => (least && least.seq <= head.seq ? least : head), null)
    const frame: ClientFrame = { op: 'join', room: name }
    if (oldest && oldest.epoch > 0) Object.assign(frame, { after: oldest.seq, epoch: oldest.epoch })
    if (this.#connection.send(frame)) room.asked++
  }

  #hear(frame: ServerFrame): void {
    if (frame.op === 'pong') return
    if (frame.op === 'ack') this.#sent(frame.key)?.resolve(frame.seq)
    else if (frame.op === 'error') this.#refuse(frame)
    else {
      const room = this.#rooms.get(frame.room)
      // What was on its way while one left.
      if (room) this.#inRoom(frame.room, room, frame)
    }
  }

  #refuse(frame: ErrorFrame): void {
    const room = frame.room && this.#rooms.get(frame.room)
    if (frame.key !== undefined) this.#sent(frame.key)?.reject(problem(frame))
    else if (frame.room === undefined) this.#slowDown(problem(frame))
    else if (room) this.#failed(frame.room, room, problem(frame))
  }

  #inRoom(name: RoomName, room: Room, frame: Exclude<ServerFrame, { op: 'pong' | 'ack' | 'error' }>): void {
    if (frame.op === 'joined') room.asked = Math.max(0, room.asked - 1)
    for (const member of [...room.members]) {
      const { handlers } = member
      if (frame.op === 'joined') {
        member.head ??= { epoch: frame.epoch, seq: frame.seq }
        handlers.joined?.(frame)
      } else if (frame.op === 'resync') {
        member.head = { epoch: frame.epoch, seq: frame.seq }
        handlers.resync?.(member.head)
      } else if (frame.op === 'event') this.#deliver(name, room, member, frame)
      else handlers.ephemeral?.(frame)
    }
  }

  /** Seqs have no gaps: after one, what is missing is asked for once; if it does not come, all is. */
  #deliver(name: RoomName, room: Room, member: Member, event: RoomEvent): void {
    const { head, handlers } = member
    if (!head || event.seq <= head.seq) return
    if (event.seq === head.seq + 1) {
      head.seq = event.seq
      member.gapAfter = null
      handlers.event?.(event)
    } else if (room.asked === 0 && member.gapAfter !== head.seq) {
      member.gapAfter = head.seq
      this.#ask(name, room)
    } else if (room.asked === 0) {
      head.seq = event.seq
      handlers.resync?.({ ...head })
    }
  }

  #failed(name: RoomName, room: Room, why: Problem): void {
    // A refusal of something else, such as typing while muted, ends nothing.
    if (room.asked === 0 && why.code !== 'expelled') return
    room.asked = 0
    if (why.status === 429 || why.status >= 500) {
      setTimeout(() => this.#rooms.get(name) === room && room.asked === 0 && this.#ask(name, room), PAUSE)
      return
    }
    room.refused = true
    for (const { handlers } of [...room.members]) handlers.refused?.(why)
  }

  /** Some frames came too fast and were not served: whatever has no answer is asked once more. */
  #slowDown(why: Problem): void {
    if (why.status !== 429) return
    for (const key of [...this.#sending.keys()]) this.#sent(key)?.reject(why)
    setTimeout(() => {
      for (const [name, room] of this.#rooms) {
        if (room.asked === 0) continue
        room.asked = 0
        this.#ask(name, room)
      }
    }, PAUSE)
  }

  #sent(key: string): Sending | undefined {
    const sending = this.#sending.get(key)
    this.#sending.delete(key)
    clearTimeout(sending?.timer)
    return sending
  }
}

function problem(frame: ErrorFrame): Problem {
  return new Problem(frame.status, frame)
}
