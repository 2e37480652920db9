import type { Sink } from './renderer.js'

/** Gathers lines for a sink, so that an event with a thousand lines is one write. */
export class Batch {
  readonly #sink: Sink
  #text = ''

  constructor(sink: Sink) {
    this.#sink = sink
  }

  lines(lines: readonly string[]): void {
    for (const line of lines) this.#text += `${line}\n`
  }

  flush(): void {
    if (this.#text === '') return
    const text = this.#text
    this.#text = ''
    this.#sink.write(text)
  }
}
