/** Characters of a line that are shown; a program may print without end and without a newline. */
const longest = 64 * 1024

const cutMark = ' … [line cut at 64 KB]'

/** The carriage returns at the end of a line: `done\r`. */
const endingReturns = /\r+$/

/**
 * Turns the bytes of one stream into lines. A character split across chunks stays whole, invalid UTF-8 becomes U+FFFD. Of a line that
 * was drawn over and over with carriage returns (a progress bar) the last state counts. Holds at most one cut line.
 */
export class LineSplitter {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  readonly #emit: (line: string) => void
  #rest = ''
  #full = false

  constructor(emit: (line: string) => void) {
    this.#emit = emit
  }

  push(chunk: Uint8Array): void {
    this.#take(this.#decoder.decode(chunk, { stream: true }))
  }

  /** The stream is over: what is left is a line, too. */
  end(): void {
    this.#take(this.#decoder.decode())
    if (this.#rest !== '') this.#finish()
  }

  /** The line that is being printed, as far as it has come. */
  get partial(): string {
    return lastDrawn(this.#rest)
  }

  #take(text: string): void {
    let from = 0
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
      this.#grow(text.slice(from, at))
      this.#finish()
      from = at + 1
    }
    this.#grow(text.slice(from))
  }

  #grow(piece: string): void {
    if (this.#full) return
    this.#rest += piece
    if (this.#rest.length > longest) this.#rest = lastDrawn(this.#rest)
    this.#full = this.#rest.length > longest
    if (this.#full) this.#rest = this.#rest.slice(0, longest)
  }

  #finish(): void {
    this.#emit(lastDrawn(this.#rest) + (this.#full ? cutMark : ''))
    this.#rest = ''
    this.#full = false
  }
}

function lastDrawn(line: string): string {
  if (!line.includes('\r')) return line
  const text = line.replace(endingReturns, '')
  return text.slice(text.lastIndexOf('\r') + 1)
}
