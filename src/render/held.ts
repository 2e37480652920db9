import type { OpenStep, Stream } from './steps.js'

/** Characters of one step that are held back at most. */
const mostHeld = 64 * 1024

export interface HeldLine {
  readonly stream: Stream
  readonly text: string
}

type Release = (step: OpenStep, lines: readonly HeldLine[]) => void

/**
 * Lines held back until their step ends, so that what one target prints stays together where many print at once. A step that
 * prints much is let go in pieces.
 */
export class HeldLines {
  readonly #release: Release
  readonly #held = new Map<OpenStep, { lines: HeldLine[]; size: number }>()

  constructor(release: Release) {
    this.#release = release
  }

  add(step: OpenStep, line: HeldLine): void {
    const held = this.#held.get(step) ?? { lines: [], size: 0 }
    this.#held.set(step, held)
    held.lines.push(line)
    held.size += line.text.length
    if (held.size > mostHeld) this.release(step)
  }

  release(step: OpenStep): void {
    const held = this.#held.get(step)
    this.#held.delete(step)
    if (held !== undefined) this.#release(step, held.lines)
  }
}
