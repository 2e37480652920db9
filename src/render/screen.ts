import type { Sink } from './renderer.js'
import { displayWidth } from './width.js'

const esc = String.fromCharCode(27)
const code = {
  /** Terminals that know it show what is between the two at once: no flicker. */
  beginUpdate: `${esc}[?2026h`,
  endUpdate: `${esc}[?2026l`,
  hideCursor: `${esc}[?25l`,
  showCursor: `${esc}[?25h`,
  eraseRight: `${esc}[K`,
  eraseBelow: `${esc}[J`,
  up: (lines: number) => (lines > 0 ? `\r${esc}[${lines}A` : '\r'),
}

/** Characters that wait for the next frame at most; beyond that they are written at once. */
const mostQueued = 64 * 1024

/**
 * The lower end of a terminal, redrawn in place, and the text that scrolls away above it. The cursor rests at the beginning of the
 * line below the rows.
 */
export class Screen {
  readonly #sink: Sink
  readonly #columns: () => number
  readonly #showCursorAtExit = () => this.#sink.write(code.showCursor)
  #queued = ''
  #drawn: readonly string[] = []
  #drawnColumns = 0
  #state: 'untouched' | 'drawing' | 'paused' | 'closed' = 'untouched'

  constructor(sink: Sink, columns: () => number) {
    this.#sink = sink
    this.#columns = columns
  }

  /** Lines to stay on the screen, above the rows; they appear with the next frame. */
  print(lines: readonly string[]): void {
    for (const line of lines) this.#queued += `${line}\n`
    if (this.#queued.length <= mostQueued) return
    if (this.#state === 'drawing') this.draw(this.#drawn)
    else this.#writeQueued()
  }

  /** Replaces the rows. They must not be wider than the terminal, nor as many as it has lines. */
  draw(rows: readonly string[]): void {
    if (this.#state === 'paused' || this.#state === 'closed') return
    const columns = this.#columns()
    if (this.#queued === '' && columns === this.#drawnColumns && sameLines(rows, this.#drawn)) return
    if (this.#state === 'untouched') this.#begin()
    const erase = this.#queued === '' ? '' : this.#eraseRows()
    const body = rows.map((row) => `${row}${code.eraseRight}\n`).join('')
    const frame = this.#home() + erase + this.#takeQueued() + body + code.eraseBelow
    this.#sink.write(code.beginUpdate + frame + code.endUpdate)
    this.#drawn = rows
    this.#drawnColumns = columns
  }

  /** Writes what waits, where no frame will. */
  flush(): void {
    if (this.#state === 'untouched' || this.#state === 'closed') this.#writeQueued()
  }

  /** Takes the rows away, so that a question can be asked. */
  pause(): void {
    this.#leave('paused')
  }

  resume(): void {
    if (this.#state === 'paused') this.#state = 'untouched'
  }

  /** Takes the rows away for good; what is printed from now on is written at once. */
  close(): void {
    this.#leave('closed')
  }

  #begin(): void {
    this.#state = 'drawing'
    // a process that ends at once, on a second Ctrl-C, must not leave the terminal without a cursor
    process.once('exit', this.#showCursorAtExit)
    this.#sink.write(code.hideCursor)
  }

  #leave(state: 'paused' | 'closed'): void {
    if (this.#state === 'closed') return
    if (this.#state === 'drawing') {
      process.off('exit', this.#showCursorAtExit)
      this.#sink.write(this.#home() + this.#eraseRows() + this.#takeQueued() + code.showCursor)
      this.#drawn = []
    }
    this.#writeQueued()
    this.#state = state
  }

  /** To the first row. */
  #home(): string {
    return code.up(this.#lines)
  }

  /** Line by line: a screen that is erased as a whole, tmux and others keep with what has scrolled away. */
  #eraseRows(): string {
    return `${code.eraseRight}\n`.repeat(this.#lines) + code.eraseBelow + code.up(this.#lines)
  }

  /** What the rows take now. Most terminals wrap them anew when they become narrower: then each may take several lines. */
  get #lines(): number {
    const columns = this.#columns()
    const narrower = columns > 0 && columns < this.#drawnColumns
    const lines = this.#drawn.map((row) => (narrower ? Math.max(1, Math.ceil(displayWidth(row) / columns)) : 1))
    return lines.reduce((sum, count) => sum + count, 0)
  }

  #takeQueued(): string {
    const text = this.#queued
    this.#queued = ''
    return text
  }

  #writeQueued(): void {
    if (this.#queued !== '') this.#sink.write(this.#takeQueued())
  }
}

function sameLines(first: readonly string[], second: readonly string[]): boolean {
  return first.length === second.length && first.every((line, at) => line === second[at])
}
