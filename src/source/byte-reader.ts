import { BrokenArchive } from './archive-entry.js'

/** Reads a stream of bytes in pieces of the length that is wanted. */
export class ByteReader {
  private readonly chunks: AsyncIterator<Buffer>
  private rest: Buffer = Buffer.alloc(0)
  /** Bytes read so far. */
  private position = 0

  constructor(source: AsyncIterable<Buffer>) {
    this.chunks = source[Symbol.asyncIterator]()
  }

  /** Exactly so many bytes; undefined where the stream has ended before the first. */
  async read(length: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = []
    for await (const part of this.pass(length, true)) parts.push(part)
    return parts.length === 0 && length > 0 ? undefined : Buffer.concat(parts)
  }

  /** So many bytes as they come. Throws where the stream ends within them; `mayEnd`: unless that is before the first. */
  async *pass(length: number, mayEnd = false): AsyncGenerator<Buffer> {
    for (let left = length; left > 0; ) {
      if (this.rest.length === 0) {
        const next = await this.chunks.next()
        if (next.done && mayEnd && left === length) return
        if (next.done) throw new BrokenArchive(`it ends too early, after ${this.position} bytes`)
        this.rest = next.value
        continue
      }
      const part = this.rest.subarray(0, left)
      this.rest = this.rest.subarray(part.length)
      this.position += part.length
      left -= part.length
      yield part
    }
  }

  /** Reads what is left and throws it away: a pipe that nobody empties never ends. */
  async finish(): Promise<void> {
    this.rest = Buffer.alloc(0)
    while (!(await this.chunks.next()).done);
  }
}
