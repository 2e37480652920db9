import type { Sink } from '../render/renderer.js'
import type { Ask, Brake, Terminal } from '../transport/transport.js'

/** The surroundings of one invocation, as values: nothing below this folder looks at the process. */
export interface World {
  /** The words behind `venvoy`. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly home: string
  readonly user: string
  readonly hostname: string
  readonly stdout: Sink
  readonly stderr: Sink
  /** Holds back what produces output while stdout or stderr is full. */
  readonly brake: Brake
  readonly stdoutIsTerminal: boolean
  readonly stderrIsTerminal: boolean
  columns(): number
  rows(): number
  /** The person at the terminal, if there is one. */
  readonly ask?: Ask
  /** The terminal on stdin and stdout, if it is one. */
  readonly terminal?: Terminal
  /** Milliseconds since 1970. */
  now(): number
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal
}

/** What a command does; gives the exit code. */
type Act = (world: World) => Promise<number>

/** Hands an action its surroundings and keeps its exit code. */
export type Perform = (act: Act) => Promise<void>
