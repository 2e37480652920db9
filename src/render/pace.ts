import { patience } from './folded.js'
import type { EventOf } from './formatters.js'
import { progressText, rateText } from './quantity.js'

/** How long it is looked back, and how long must have been seen before a rate is said. Milliseconds. */
const window = 5000
const least = 1000

interface Transfer {
  readonly seen: readonly { readonly time: number; readonly done: number }[]
  /** When it began, or was said last. */
  readonly said: number
}

/** How far transfers have come, and how fast they are. */
export class Pace {
  readonly #transfers = new Map<string, Transfer>()

  /** `41.0 of 100.0 MB, 2.1 MB/s`: without the rate at first, and for files. */
  text(event: EventOf<'step:progress'>, now: number): string {
    const { done, total, unit } = event
    const { seen } = this.#see(event, now)
    const [first] = seen
    const text = progressText(done, total, unit)
    if (unit !== 'bytes' || first === undefined || now - first.time < least) return text
    return `${text}, ${rateText(((done - first.done) * 1000) / (now - first.time))}`
  }

  /** The same at most every ten seconds, and not at once. */
  nowAndThen(event: EventOf<'step:progress'>, now: number): string | undefined {
    const text = this.text(event, now)
    const { seen, said } = this.#transfers.get(keyOf(event))!
    if (now - said < patience) return undefined
    this.#transfers.set(keyOf(event), { seen, said: now })
    return text
  }

  #see(event: EventOf<'step:progress'>, now: number): Transfer {
    const { seen = [], said = now } = this.#transfers.get(keyOf(event)) ?? {}
    const recent = [...seen.filter(({ time }) => now - time <= window), { time: now, done: event.done }]
    const transfer = { seen: recent, said }
    this.#transfers.set(keyOf(event), transfer)
    return transfer
  }
}

const keyOf = ({ host, instance = '', step }: EventOf<'step:progress'>): string => `${host} ${instance} ${step}`
