import type { Capture } from './capture.js'
import type { Placed } from './compile.js'
import type { Download } from './download.js'
import type { HelperEvents } from './helper-events.js'
import type { Tail } from './tail.js'

/** A step that has begun, with what listens to it. */
export interface RunningStep {
  readonly placed: Placed
  readonly began: number
  readonly tail: Tail
  readonly helper?: HelperEvents
  readonly download?: Download
  /** What a file step has said of its work. */
  changed?: boolean
  /** What a condition may ask for. */
  readonly capture?: Capture
  timer?: NodeJS.Timeout
  timedOut: boolean
}
