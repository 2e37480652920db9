import type { HelperEvent } from '../remote/helper.js'

const mark = 0x1d

/** Takes the helper's event lines (0x1d, JSON, newline) out of a step's stdout. One reader a step. */
export class HelperEvents {
  #line: Buffer | undefined
  #raw = 0
  readonly #onEvent: (event: HelperEvent) => void
  readonly #onBytes: ((bytes: Uint8Array) => void) | undefined

  /** `onBytes`: gets the raw bytes that events announce, where they are wanted. */
  constructor(onEvent: (event: HelperEvent) => void, onBytes?: (bytes: Uint8Array) => void) {
    this.#onEvent = onEvent
    this.#onBytes = onBytes
  }

  /** The bytes that are output after all: what pip and its builds print comes the same way. */
  filter(chunk: Uint8Array): Uint8Array {
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    const output: Uint8Array[] = []
    while (bytes.length > 0) {
      if (this.#raw > 0) {
        const raw = bytes.subarray(0, this.#raw)
        this.#raw -= raw.length
        this.#onBytes?.(raw)
        bytes = bytes.subarray(raw.length)
        continue
      }
      if (this.#line === undefined) {
        const start = bytes.indexOf(mark)
        output.push(start < 0 ? bytes : bytes.subarray(0, start))
        if (start < 0) break
        this.#line = Buffer.alloc(0)
        bytes = bytes.subarray(start + 1)
      }
      const end = bytes.indexOf(10)
      const line: Buffer = Buffer.concat([this.#line, end < 0 ? bytes : bytes.subarray(0, end)])
      if (end < 0) {
        this.#line = line
        break
      }
      this.#line = undefined
      bytes = bytes.subarray(end + 1)
      const event = eventOf(line)
      if (event === undefined) output.push(Buffer.of(mark), line, Buffer.of(10))
      else this.#take(event)
    }
    return Buffer.concat(output)
  }

  #take(event: HelperEvent): void {
    if (event.event === 'bytes' && this.#onBytes !== undefined) this.#raw = event.count
    else this.#onEvent(event)
  }
}

function eventOf(line: Buffer): HelperEvent | undefined {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'))
    return typeof value === 'object' && value !== null && 'event' in value ? (value as HelperEvent) : undefined
  } catch {
    return undefined
  }
}

/** What the helper notes, for people; its words are checked, as whatever runs there can say them. */
export const noteOf = ({ level, text }: { level: string; text: string }) =>
  ({ type: 'run:note', level: level === 'warning' ? level : 'info', text: String(text) }) as const
