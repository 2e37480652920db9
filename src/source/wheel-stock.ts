import type { Artifact } from '../lock/lock.js'
import type { ToSend } from '../operations/wheels.js'
import type { Pieces } from './pieces.js'

/** A file that is at hand to be sent. */
export interface AtHand {
  readonly size: number
  pieces(): Pieces
}

/** Where files to be sent are gathered from: an index, or a folder. */
export interface WheelStock {
  /** For people: `./wheelhouse`. */
  readonly place: string
  /** What there is of a package, whatever it is for. */
  filesOf(name: string): Promise<readonly Artifact[]>
  /** Undefined: it is not there. */
  find(name: string, wanted: Artifact): Promise<AtHand | undefined>
  /** The pips that go along if they are there. The host takes the newest that its Python can run. */
  pips(needed: ToSend): readonly Artifact[]
}
