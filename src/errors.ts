/** The kinds of failure that a caller may want to tell apart. Each has an exit code of its own. */
export type ErrorKind =
  | 'config'
  | 'command'
  | 'unreachable'
  | 'host-key'
  | 'locked'
  | 'difference'
  | 'interrupted'
  | 'internal'

const exitCodes: Record<ErrorKind, number> = {
  config: 2,
  command: 1,
  unreachable: 3,
  'host-key': 4,
  locked: 5,
  difference: 6,
  interrupted: 130,
  internal: 1,
}

/** When several failures happened in one run, the first of these decides the exit code. */
const precedence = [130, 4, 3, 5, 1, 6, 2]

export interface Failure {
  readonly kind: ErrorKind
  /** The place: a file position, a host, `blog-staging on web1`. */
  readonly where?: string
  /** One sentence without a full stop. */
  readonly what: string
  /** Evidence, one line each: the last words of a command, the two fingerprints. */
  readonly why?: readonly string[]
  /** What to do about it: a line to type, a key to change. */
  readonly next?: string
  /** How far a connection came, one line for each step; `check` shows it. */
  readonly steps?: readonly string[]
}

/** Every failure that venvoy foresees. Its text says where, what, why and what next. */
export class VenvoyError extends Error {
  readonly kind: ErrorKind
  readonly failure: Failure

  constructor(failure: Failure, options?: ErrorOptions) {
    super(describeFailure(failure), options)
    this.name = 'VenvoyError'
    this.kind = failure.kind
    this.failure = failure
  }

  get exitCode(): number {
    return exitCodes[this.kind]
  }
}

/** The text of a failure, as every renderer prints it. */
export function describeFailure({ where, what, why = [], next }: Failure): string {
  const head = where === undefined ? what : `${where}: ${what}`
  const tail =
    next === undefined ? [] : next.split('\n').map((line, i) => (i === 0 ? `  try: ${line}` : `       ${line}`))
  return [head, ...why.map((line) => `  ${line}`), ...tail].join('\n')
}

/** The exit code of a kind, for reports that hold failures as values. */
export function exitCodeOf(kind: ErrorKind): number {
  return exitCodes[kind]
}

/** The one exit code of a run in which several things may have gone wrong; 0 for none. */
export function worstExitCode(codes: Iterable<number>): number {
  const seen = new Set(codes)
  return precedence.find((code) => seen.has(code)) ?? 0
}
