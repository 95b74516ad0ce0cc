import type { ClientFrame, ServerFrame } from './frames'
import { delayAfter, LOST, SIGNED_OUT } from './returning'

/** Milliseconds without a word after which one is asked for. */
const SILENT = 20_000
/** Milliseconds that the word may take: 45 s without any are the end. */
const PATIENCE = 25_000
/** The same where there is reason to doubt the connection. */
const DOUBT = 4_000
const OPENING = 15_000
const BEAT = 5_000

/** `stopped`: it does not come back by itself. */
export type Line = 'closed' | 'opening' | 'open' | 'waiting' | 'stopped'

export interface Listener {
  changed: (line: Line) => void
  heard: (frame: ServerFrame) => void
  /** The server knows no session any more. */
  signedOut: () => void
}

/** One WebSocket that stays: it notices its own death and comes back. */
export class Connection {
  #line: Line = 'closed'
  #socket: WebSocket | null = null
  #failures = 0
  #heardAt = 0
  #askedAt: number | null = null
  #patience = PATIENCE
  #timer: ReturnType<typeof setTimeout> | undefined
  #beat: ReturnType<typeof setInterval> | undefined

  readonly #address: string
  readonly #listener: Listener

  constructor(address: string, listener: Listener) {
    this.#address = address
    this.#listener = listener
  }

  get line(): Line {
    return this.#line
  }

  open(): void {
    if (this.#line === 'closed') this.#connect()
  }

  /** Until it is opened again. */
  close(): void {
    clearTimeout(this.#timer)
    this.#letGo()
    this.#failures = 0
    this.#become('closed')
  }

  /** False where there is nobody to hear it. */
  send(frame: ClientFrame): boolean {
    if (this.#line !== 'open') return false
    this.#socket?.send(JSON.stringify(frame))
    return true
  }

  /** The network has come, gone or changed, or someone looks again: be sure now. */
  hurry(): void {
    if (this.#line === 'waiting') this.#connect()
    else if (this.#line === 'open') this.#ask(DOUBT)
  }

  #connect(): void {
    clearTimeout(this.#timer)
    this.#become('opening')
    const socket = (this.#socket = new WebSocket(this.#address))
    this.#timer = setTimeout(() => this.#lose(LOST), OPENING)
    socket.onopen = () => this.#opened()
    socket.onmessage = ({ data }: MessageEvent<string>) => this.#hear(data)
    socket.onclose = ({ code }) => this.#lose(code)
  }

  #opened(): void {
    clearTimeout(this.#timer)
    this.#heardAt = Date.now()
    this.#askedAt = null
    this.#beat = setInterval(() => this.#check(), BEAT)
    this.#become('open')
  }

  #hear(text: string): void {
    this.#heardAt = Date.now()
    this.#askedAt = null
    this.#failures = 0
    this.#listener.heard(JSON.parse(text) as ServerFrame)
  }

  /** Only a question that stays unanswered tells of death: timers of a hidden page may sleep for longer than any wait. */
  #check(): void {
    const now = Date.now()
    if (this.#askedAt !== null) {
      if (now - this.#askedAt >= this.#patience) this.#lose(LOST)
    } else if (now - this.#heardAt >= SILENT) this.#ask(PATIENCE)
  }

  #ask(patience: number): void {
    this.#patience = this.#askedAt === null ? patience : Math.min(patience, this.#patience)
    this.#askedAt ??= Date.now()
    this.send({ op: 'ping' })
    setTimeout(() => this.#line === 'open' && this.#check(), patience)
  }

  #lose(code: number): void {
    this.#letGo()
    const delay = delayAfter(code, this.#failures++)
    this.#become(delay === null ? 'stopped' : 'waiting')
    if (delay !== null) this.#timer = setTimeout(() => this.#connect(), delay)
    // Last: whoever hears it may close for good.
    if (code === SIGNED_OUT) this.#listener.signedOut()
  }

  #letGo(): void {
    clearTimeout(this.#timer)
    clearInterval(this.#beat)
    const socket = this.#socket
    this.#socket = null
    if (!socket) return
    // The closing handshake of a dead connection can take minutes: nobody waits for it.
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
  }

  #become(line: Line): void {
    if (line === this.#line) return
    this.#line = line
    this.#listener.changed(line)
  }
}
