/** A step as the runner gets it. */
export interface ProgramStep {
  readonly id: string
  readonly text: string
  readonly section: string
  readonly flags: string
  /** The codes of success. */
  readonly codes: readonly number[]
}

export interface Program {
  readonly id: string
  readonly steps: readonly ProgramStep[]
  /** No further one will come. */
  readonly isLast: boolean
}

/** Reads the runner's channel: the marker of its frames, then programs. */
export class ProgramReader {
  readonly #onProgram: (marker: string, program: Program) => void
  #rest = ''
  #marker = ''
  #steps: ProgramStep[] = []

  constructor(onProgram: (marker: string, program: Program) => void) {
    this.#onProgram = onProgram
  }

  push(chunk: Uint8Array): void {
    this.#rest += Buffer.from(chunk).toString('utf8')
    while (this.#line());
  }

  /** Takes one line with the text that belongs to it, if all of that is there. */
  #line(): boolean {
    const lines = this.#rest.split('\n')
    const [kind, id = '', ...words] = lines[0]!.split(' ')
    const count = kind === 's' ? Number(words[0]) : kind === 'h' ? Number(id) : 0
    if (lines.length < count + 2) return false
    this.#rest = lines.slice(count + 1).join('\n')
    if (kind === 'm') this.#marker = id
    else if (kind === 's') this.#step(id, words, lines.slice(1, count + 1).join('\n'))
    else if (kind === 'r') this.#run(id, words[0] === 'last')
    return true
  }

  #step(id: string, [, section = '', flags = '', codes = '0']: readonly string[], text: string): void {
    this.#steps.push({ id, text, section, flags, codes: codes.split(',').map(Number) })
  }

  #run(id: string, isLast: boolean): void {
    const steps = this.#steps
    this.#steps = []
    this.#onProgram(this.#marker, { id, steps, isLast })
  }
}
