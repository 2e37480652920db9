import type { Emit } from '../events.js'
import type { Ci } from './ci.js'
import type { RenderKind } from './kind.js'

/** Where text goes. Handing over must not fail; whoever gives the sink decides what a closed pipe means. */
export interface Sink {
  write(chunk: string | Uint8Array): void
}

export interface RenderOptions {
  readonly kind: RenderKind
  readonly stdout: Sink
  readonly stderr: Sink
  readonly color: boolean
  /** The width of the terminal on stdout; 0 where stdout is none: then nothing is cut. */
  columns(): number
  /** The height of the terminal on stdout; 0 where stdout is none. */
  rows(): number
  /** Quiet, normal, verbose. */
  readonly verbosity: -1 | 0 | 1
  /** Milliseconds since 1970. */
  now(): number
  /** `--stream`: output is shown as it comes, however many targets there are. */
  readonly stream: boolean
  /** `--fold`: what many targets print alike is shown once, also where it goes to a file. */
  readonly fold: boolean
  readonly ci?: Ci
}

/** Turns the events of one run into text. */
export interface Renderer {
  readonly emit: Emit
  /** Makes room for a question to the person at the terminal: nothing is drawn until it is answered. */
  pause<T>(during: () => Promise<T>): Promise<T>
  /** Everything is written, the terminal is as it was. To be called however the run ended; more than once is fine. */
  end(): Promise<void>
}
