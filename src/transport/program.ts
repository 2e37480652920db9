/** A step as it travels. */
export interface WireStep {
  /** Letters, digits, dots and dashes. */
  readonly id: string
  /** The script, as its shell reads it. */
  readonly text: string
  /** Steps of one section stop at its first failure; section 0 stands for all. */
  readonly section: number
  /** Runs even after a failure, a cancel or a lost connection. */
  readonly always?: boolean
  /** Runs only then: the section cannot go on, or the channel ends before its next program comes. */
  readonly standby?: boolean
  /** The exit codes of success; 0 by itself if none are given. */
  readonly okCodes?: readonly number[]
  /** A failure does not stop the section. */
  readonly goesOn?: boolean
  /** Gets the helper's text in its env. */
  readonly helper?: boolean
  /** Reads the channel itself. Such steps come first in a program. */
  readonly channel?: boolean
  /** Once it has succeeded, a lost connection no longer stops its section. */
  readonly switches?: boolean
}

export interface WireProgram {
  readonly id: string
  readonly steps: readonly WireStep[]
  /** The Python helper's text, where a step wants it. */
  readonly helper?: string
  /** No further program will come: the runner leaves by itself. */
  readonly last?: boolean
}

/** How a step ended. A signal is told from an exit code that looks like one. */
export interface StepEnd {
  readonly code: number
  readonly signal?: string
  /** It was stopped: by a timeout or a cancel. */
  readonly stopped: boolean
}

/** What a program tells while it runs. */
export interface ProgramObserver {
  start(id: string): void
  output(id: string, stream: 'stdout' | 'stderr', chunk: Uint8Array): void
  end(id: string, end: StepEnd): void
}

/** The lines that bring a program to the runner (src/remote/runner.sh). */
export function encodeProgram(program: WireProgram): string {
  const helper = program.helper === undefined ? '' : `h ${countLines(program.helper)}\n${withNewline(program.helper)}`
  const steps = program.steps.map(
    (step) =>
      `s ${step.id} ${countLines(step.text)} ${step.section} ${flagsOf(step)}${codesOf(step)}\n${withNewline(step.text)}`,
  )
  return `${helper}${steps.join('')}r ${program.id}${program.last ? ' last' : ''}\n`
}

const withNewline = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`)

const countLines = (text: string): number => withNewline(text).split('\n').length - 1

const codesOf = ({ okCodes }: WireStep): string => (okCodes === undefined ? '' : ` ${okCodes.join(',')}`)

function flagsOf({ always, standby, goesOn, helper, channel, switches }: WireStep): string {
  const flags = [always && 'a', standby && 'o', goesOn && 'g', helper && 'h', channel && 'c', switches && 'w']
    .filter(Boolean)
    .join('')
  return flags === '' ? '-' : flags
}

/** Linux, BSD and macOS agree on these. */
const signals: Readonly<Record<number, string>> = {
  1: 'HUP',
  2: 'INT',
  3: 'QUIT',
  4: 'ILL',
  6: 'ABRT',
  8: 'FPE',
  9: 'KILL',
  11: 'SEGV',
  13: 'PIPE',
  14: 'ALRM',
  15: 'TERM',
}

/** The words of an end frame: `e ID STATUS SIGNAL WHY`. */
export function decodeEnd([, , status = '', signal = '0', why]: readonly string[]): StepEnd {
  const number = Number(signal)
  return { code: Number(status), ...(number > 0 && { signal: signals[number] ?? signal }), stopped: why === 'stopped' }
}
