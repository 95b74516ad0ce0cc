/**
 * The server's clock, as far as this device can know it. It runs on the device's monotonic time, so that changing the
 * device's clock in the middle of a test changes nothing.
 */
export class ServerClock {
  readonly #monotonic: () => number
  readonly #device: () => number
  /** The server's time when the monotonic one was 0. */
  #origin: number
  /** How long the answer took that it was learnt from: what came faster is known better. */
  #trip = Infinity

  /** All in milliseconds. */
  constructor(now: string, monotonic = () => performance.now(), device = () => Date.now()) {
    this.#monotonic = monotonic
    this.#device = device
    this.#origin = Date.parse(now) - monotonic()
  }

  now(): number {
    return this.#origin + this.#monotonic()
  }

  /** Takes in what the server said its time was, in an answer to what was asked at `asked` (monotonic). */
  learn(now: string, asked: number): void {
    const trip = this.#monotonic() - asked
    if (trip > this.#trip) return
    this.#trip = trip
    this.#origin = Date.parse(now) + trip / 2 - this.#monotonic()
  }

  /** For `learn`: when something is asked. */
  mark(): number {
    return this.#monotonic()
  }

  /** How far this device is ahead of the server. */
  get drift(): number {
    return this.#device() - this.now()
  }

  /**
   * A number larger than `last` and than any that was given before on any device, since all of them count the server's
   * microseconds: of two answers to a question the later one stays, wherever it was given.
   */
  number(last: number): number {
    return Math.max(last + 1, Math.round(this.now() * 1000))
  }
}
