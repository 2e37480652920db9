import { recordSeparator } from '../remote/bootstrap.js'

// Frames are short; one that has not ended by then is an attack or a bug.
const longestFrame = 512

/** What one stream consists of: the bytes of commands, and the runner's frames between them. */
export type FrameEvent = { readonly data: Uint8Array } | { readonly frame: readonly string[] }

/**
 * Cuts one stream into output and frames. A frame is the record separator, the marker, words, and a newline; all other
 * bytes pass through unchanged, look-alikes included. At most one unfinished frame is held back.
 */
export class FrameReader {
  readonly #emit: (event: FrameEvent) => void
  #mark: Buffer
  #rest: Buffer = Buffer.alloc(0)

  constructor(marker: string, emit: (event: FrameEvent) => void) {
    this.#mark = markOf(marker)
    this.#emit = emit
  }

  /** From the next frame on; may be called while a frame is being handled. */
  setMarker(marker: string): void {
    this.#mark = markOf(marker)
  }

  push(chunk: Uint8Array): void {
    let bytes =
      this.#rest.length > 0
        ? Buffer.concat([this.#rest, chunk])
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    this.#rest = Buffer.alloc(0)
    for (;;) {
      const start = bytes.indexOf(this.#mark)
      if (start < 0) break
      this.#data(bytes.subarray(0, start))
      const end = bytes.indexOf(10, start)
      if ((end < 0 ? bytes.length : end) - start > longestFrame) throw new RangeError('a frame does not end')
      if (end < 0) {
        this.#rest = Buffer.from(bytes.subarray(start))
        return
      }
      const words = bytes.toString('latin1', start + this.#mark.length, end).split(' ')
      bytes = bytes.subarray(end + 1)
      this.#emit({ frame: words.filter((word) => word !== '') })
    }
    const kept = beginningOf(this.#mark, bytes)
    this.#data(bytes.subarray(0, bytes.length - kept))
    this.#rest = Buffer.from(bytes.subarray(bytes.length - kept))
  }

  /** The stream has ended: what was held back was output after all. */
  end(): void {
    this.#data(this.#rest)
    this.#rest = Buffer.alloc(0)
  }

  #data(data: Buffer): void {
    if (data.length > 0) this.#emit({ data })
  }
}

const markOf = (marker: string): Buffer => Buffer.from(`${recordSeparator}${marker} `, 'latin1')

/** The length of the longest tail of the bytes with which the mark may begin. The separator is the mark's first byte only. */
function beginningOf(mark: Buffer, bytes: Buffer): number {
  const start = bytes.lastIndexOf(mark[0] ?? 0)
  const length = start < 0 ? 0 : bytes.length - start
  return length > 0 && length < mark.length && mark.subarray(0, length).equals(bytes.subarray(start)) ? length : 0
}
