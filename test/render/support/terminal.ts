import type { Sink } from '../../../src/render/renderer.js'
import { displayWidth } from '../../../src/render/width.js'

/** Any escape sequence that the live view writes: `ESC[2A`, `ESC[?25l`, `ESC[K`, `ESC[31m`. */
const sequence = new RegExp(`${String.fromCharCode(27)}\\[([?\\d;:]*)([A-Za-z])`, 'y')

/** A terminal as far as the live view uses one: it wraps, scrolls, moves up and erases. */
export class FakeTerminal implements Sink {
  readonly #lines: string[] = ['']
  #row = 0
  #column = 0
  cursorShown = true
  writes = 0
  colours = 0
  readonly #heldUpdates: string[] = []

  constructor(
    public columns: number,
    readonly rows: number,
  ) {}

  write(chunk: string | Uint8Array): void {
    this.writes += 1
    const text = String(chunk)
    for (let at = 0; at < text.length; ) {
      sequence.lastIndex = at
      const found = sequence.exec(text)
      const piece = found?.[0] ?? String.fromCodePoint(text.codePointAt(at)!)
      if (found) this.#obey(found[1]!, found[2]!)
      else this.#show(piece)
      at += piece.length
    }
  }

  /** All lines from the first one written, the scrolled ones as well, without the empty ones at the end. */
  get text(): string {
    return `${this.#lines
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd()}\n`
  }

  /** Updates that were begun and not ended. */
  get openUpdates(): number {
    return this.#heldUpdates.length
  }

  /** Becomes narrower, and wraps anew the lines that no longer fit, as most terminals do. */
  narrow(columns: number): void {
    const before = this.#lines.slice(0, this.#row)
    const wrapped = before.flatMap((line) => wrap(line, columns))
    this.#lines.splice(0, before.length, ...wrapped)
    this.#row = wrapped.length
    this.columns = columns
  }

  #obey(parameters: string, command: string): void {
    if (parameters === '?25') this.cursorShown = command === 'h'
    else if (parameters === '?2026' && command === 'h') this.#heldUpdates.push('')
    else if (parameters === '?2026') this.#heldUpdates.pop()
    else if (command === 'A') this.#row = Math.max(this.#top, this.#row - Number(parameters))
    else if (command === 'K') this.#keepLeft()
    else if (command === 'J') this.#eraseBelow()
    else if (command === 'm') this.colours += 1
    else throw new Error(`the terminal does not know ${parameters}${command}`)
  }

  #show(character: string): void {
    if (character === '\r') this.#column = 0
    else if (character === '\n') this.#newLine()
    else this.#put(character)
  }

  #put(character: string): void {
    const width = displayWidth(character)
    if (this.#column + width > this.columns) this.#newLine()
    const line = [...this.#lines[this.#row]!]
    const kept = prefixOfWidth(line, this.#column)
    const behind = line.slice([...kept].length + 1).join('')
    this.#lines[this.#row] = kept + character + behind
    this.#column += width
  }

  #newLine(): void {
    this.#row += 1
    this.#column = 0
    if (this.#row === this.#lines.length) this.#lines.push('')
  }

  #keepLeft(): void {
    this.#lines[this.#row] = prefixOfWidth([...this.#lines[this.#row]!], this.#column)
  }

  #eraseBelow(): void {
    this.#keepLeft()
    this.#lines.length = this.#row + 1
  }

  get #top(): number {
    return Math.max(0, this.#lines.length - this.rows)
  }
}

function wrap(line: string, columns: number): string[] {
  const lines = ['']
  for (const character of line.trimEnd()) {
    if (displayWidth(lines.at(-1) + character) > columns) lines.push('')
    lines[lines.length - 1] += character
  }
  return lines
}

function prefixOfWidth(characters: readonly string[], width: number): string {
  let kept = ''
  for (const character of characters) {
    if (displayWidth(kept + character) > width) break
    kept += character
  }
  return kept + ' '.repeat(Math.max(0, width - displayWidth(kept)))
}
