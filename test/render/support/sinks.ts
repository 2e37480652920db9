import type { Sink } from '../../../src/render/renderer.js'

/** A sink that remembers what was written. */
export class Recorded implements Sink {
  readonly #chunks: Buffer[] = []

  write(chunk: string | Uint8Array): void {
    this.#chunks.push(Buffer.from(chunk))
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  get text(): string {
    return this.bytes.toString('utf8')
  }

  get writes(): number {
    return this.#chunks.length
  }
}
