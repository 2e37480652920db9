/** Bytes of each stream that are kept for conditions; they look at answers, not at dumps. */
const limit = 1024 * 1024

/** What a step prints, as its result keeps it. */
export class Capture {
  readonly #chunks = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] }
  readonly #sizes = { stdout: 0, stderr: 0 }

  push(stream: 'stdout' | 'stderr', chunk: Uint8Array): void {
    const room = limit - this.#sizes[stream]
    if (room <= 0) return
    const kept = chunk.slice(0, room)
    this.#chunks[stream].push(kept)
    this.#sizes[stream] += kept.length
  }

  /** The first mebibyte of each, without the ends of lines at its end. */
  texts(): { stdout: string; stderr: string } {
    const text = (stream: 'stdout' | 'stderr') =>
      Buffer.concat(this.#chunks[stream])
        .toString('utf8')
        .replace(/[\r\n]+$/, '')
    return { stdout: text('stdout'), stderr: text('stderr') }
  }
}
