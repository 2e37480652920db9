const mark = 0x1d

/** What the helper tells us, apart from the output that is for people. */
export type HelperEvent =
  | { readonly event: 'missing'; readonly indexes: readonly number[] }
  | { readonly event: 'progress'; readonly done: number; readonly total: number }
  | { readonly event: 'phase'; readonly text: string }

/** Takes the helper's event lines (0x1d, JSON, newline) out of a step's stdout. One reader a step. */
export class HelperEvents {
  #line: Buffer | undefined
  readonly #onEvent: (event: HelperEvent) => void

  constructor(onEvent: (event: HelperEvent) => void) {
    this.#onEvent = onEvent
  }

  /** The bytes that are output after all. */
  filter(chunk: Uint8Array): Uint8Array {
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    const output: Buffer[] = []
    while (bytes.length > 0) {
      if (this.#line === undefined) {
        const start = bytes.indexOf(mark)
        output.push(start < 0 ? bytes : bytes.subarray(0, start))
        if (start < 0) break
        this.#line = Buffer.alloc(0)
        bytes = bytes.subarray(start + 1)
      }
      const end = bytes.indexOf(10)
      this.#line = Buffer.concat([this.#line, end < 0 ? bytes : bytes.subarray(0, end)])
      if (end < 0) break
      this.#onEvent(JSON.parse(this.#line.toString('utf8')) as HelperEvent)
      this.#line = undefined
      bytes = bytes.subarray(end + 1)
    }
    return Buffer.concat(output)
  }
}
