const lines = 10
const bytes = 4096

/** The last words of a step, kept for its failure. */
export class Tail {
  #text = Buffer.alloc(0)

  push(chunk: Uint8Array): void {
    const joined = Buffer.concat([this.#text, chunk.subarray(Math.max(0, chunk.length - bytes))])
    this.#text = joined.subarray(Math.max(0, joined.length - bytes))
  }

  /** At most ten lines, without the empty ones at the end. */
  lines(): string[] {
    const text = this.#text.toString('utf8').trimEnd()
    return text === '' ? [] : text.split(/\r?\n/).slice(-lines)
  }
}
