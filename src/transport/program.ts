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
  /** Runs only if its section has begun to switch and cannot go on. */
  readonly undoes?: boolean
  /** If it fails, the next program tries it again: until then its section neither goes on nor undoes anything. */
  readonly triedAgain?: boolean
  /** Leaves a lock behind that is held as long as the runner lives. */
  readonly locks?: boolean
  /** Whom the text becomes by sudo: whether sudo allows that is asked first. */
  readonly user?: string
  /** The text holds sudo's password: it never comes into an env. */
  readonly hasPassword?: boolean
}

export interface WireProgram {
  readonly id: string
  readonly steps: readonly WireStep[]
  /** The Python helper's text, where a step wants it. */
  readonly helper?: string
  /** What its first step reads from the channel before it says anything. */
  readonly input?: Uint8Array
  /** No further program will come: the runner leaves by itself. */
  readonly last?: boolean
  /** sudo's, for the runner: it tries the password once before the first step that needs it, and stops steps with it. */
  readonly password?: string
}

/** Why a step that wants another user was not begun. */
export interface SudoTrouble {
  /** sudo wants a password; refused the one that it was told; does not let us be that user. */
  readonly kind: 'password' | 'refused' | 'denied'
  /** What sudo said. */
  readonly lines: readonly string[]
}

/** How a step ended. A signal is told from an exit code that looks like one. */
export interface StepEnd {
  readonly code: number
  readonly signal?: string
  /** It was stopped: by a timeout or a cancel. */
  readonly stopped: boolean
  /** It was not begun. */
  readonly sudo?: SudoTrouble
}

/** What a program tells while it runs. */
export interface ProgramObserver {
  start(id: string): void
  output(id: string, stream: 'stdout' | 'stderr', chunk: Uint8Array): void
  end(id: string, end: StepEnd): void
}

/** The lines that bring a program to the runner (src/remote/runner.sh), and behind them what its first step reads. */
export function encodeProgram(program: WireProgram): Uint8Array {
  const password = program.password === undefined ? '' : `w\n${program.password}\n`
  const helper = program.helper === undefined ? '' : `h ${countLines(program.helper)}\n${withNewline(program.helper)}`
  const text = `${password}${helper}${stepLines(program.steps).join('')}r ${program.id}${program.last ? ' last' : ''}\n`
  return program.input === undefined ? Buffer.from(text) : Buffer.concat([Buffer.from(text), program.input])
}

/** Below that it costs more words than it saves. */
const shortestHead = 200

/**
 * What the texts of steps that follow each other have in common at their beginning, their context, travels once: a
 * function that enters a venv is 2.6 KB, and a shell reads a pipe byte by byte.
 */
function stepLines(steps: readonly WireStep[]): string[] {
  let head = ''
  return steps.map((step, i) => {
    const text = withNewline(step.text)
    const next = steps[i + 1]
    let said = ''
    if ((head === '' || !text.startsWith(head)) && next !== undefined) {
      const common = commonLines(text, withNewline(next.text))
      if (common.length >= shortestHead) {
        head = common
        said = `d ${countLines(head)}\n${head}`
      }
    }
    const hasHead = head !== '' && text.startsWith(head)
    const rest = hasHead ? text.slice(head.length) : text
    const words = `s ${step.id} ${rest.split('\n').length - 1} ${step.section} ${flagsOf(step, hasHead)}${codesOf(step)}`
    return `${said}${words}\n${rest}`
  })
}

/** The whole lines with which both begin. */
function commonLines(one: string, other: string): string {
  let length = 0
  while (length < one.length && one[length] === other[length]) length += 1
  return one.slice(0, one.lastIndexOf('\n', length - 1) + 1)
}

const withNewline = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`)

const countLines = (text: string): number => withNewline(text).split('\n').length - 1

function codesOf({ okCodes, user }: WireStep): string {
  // The wire's words end at blanks, and no user's name holds one; sudo itself says what it thinks of others.
  const isWord = user !== undefined && /^[^\s\p{Cc}]+$/u.test(user)
  if (isWord) return ` ${(okCodes ?? [0]).join(',')} ${user}`
  return okCodes === undefined ? '' : ` ${okCodes.join(',')}`
}

function flagsOf(step: WireStep, hasHead: boolean): string {
  const flags = [
    step.always && 'a',
    step.standby && 'o',
    step.goesOn && 'g',
    step.helper && 'h',
    step.channel && 'c',
    step.switches && 'w',
    step.undoes && 'u',
    step.triedAgain && 't',
    step.hasPassword && 'p',
    step.locks && 'l',
    hasHead && 'd',
  ]
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

/** The words of an end frame: `e ID STATUS SIGNAL WHY`, and what sudo said. */
export function decodeEnd([, , status = '', signal = '0', why, ...said]: readonly string[]): StepEnd {
  const number = Number(signal)
  const isSudo = why === 'password' || why === 'refused' || why === 'denied'
  return {
    code: Number(status),
    ...(number > 0 && { signal: signals[number] ?? signal }),
    stopped: why === 'stopped',
    ...(isSudo && { sudo: { kind: why, lines: linesOf(said) } }),
  }
}

/** What travelled as one line: a byte stood for the end of each. */
const linesOf = (words: readonly string[]): string[] =>
  Buffer.from(words.join(' '), 'latin1')
    .toString('utf8')
    .split('\x01')
    .filter((line) => line.trim() !== '')
