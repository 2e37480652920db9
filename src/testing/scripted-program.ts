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
  /** What its first step is told on the channel: the files of uploads. */
  readonly header: { readonly jobs?: readonly Readonly<Record<string, unknown>>[] }
}

/** Reads the runner's channel: the marker of its frames, then programs. */
export class ProgramReader {
  readonly #onProgram: (marker: string, program: Program) => void
  /** Bytes, each as one character. */
  #rest = ''
  #marker = ''
  #steps: ProgramStep[] = []
  /** How the texts of steps with the flag `d` begin. */
  #head: readonly string[] = []

  constructor(onProgram: (marker: string, program: Program) => void) {
    this.#onProgram = onProgram
  }

  push(chunk: Uint8Array): void {
    this.#rest += Buffer.from(chunk).toString('latin1')
    while (this.#line());
  }

  /** Takes one line with the text that belongs to it, if all of that is there. */
  #line(): boolean {
    const lines = this.#rest.split('\n')
    const [kind, id = '', ...words] = lines[0]!.split(' ')
    const count = kind === 's' ? Number(words[0]) : kind === 'h' || kind === 'd' ? Number(id) : 0
    if (lines.length < count + 2) return false
    const own = lines.slice(1, count + 1)
    const rest = lines.slice(count + 1).join('\n')
    const isSent = kind === 'r' && this.#steps.some(({ flags }) => flags.includes('c'))
    const header = isSent ? headerIn(rest) : { text: '{}', rest }
    if (header === undefined) return false
    this.#rest = header.rest
    if (kind === 'm') this.#marker = id
    else if (kind === 'd') this.#head = own
    else if (kind === 's') this.#step(id, words, own)
    else if (kind === 'r') this.#run(id, words[0] === 'last', JSON.parse(decoded(header.text)))
    return true
  }

  #step(id: string, [, section = '', flags = '', codes = '0']: readonly string[], own: readonly string[]): void {
    const text = decoded([...(flags.includes('d') ? this.#head : []), ...own].join('\n'))
    this.#steps.push({ id, text, section, flags, codes: codes.split(',').map(Number) })
  }

  #run(id: string, isLast: boolean, header: Program['header']): void {
    const steps = this.#steps
    this.#steps = []
    this.#onProgram(this.#marker, { id, steps, isLast, header })
  }
}

/** JSON behind its length, once all of it is there. */
function headerIn(text: string): { text: string; rest: string } | undefined {
  const length = Number.parseInt(text.slice(0, 8), 16)
  return text.length < 8 + length || text.length < 8
    ? undefined
    : { text: text.slice(8, 8 + length), rest: text.slice(8 + length) }
}

const decoded = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8')
