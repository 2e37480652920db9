import type { Records } from './records.js'

/** A port that an instance has, whichever project it is of. */
export interface GivenPort {
  readonly port: number
  /** `port`, or what the file calls it. */
  readonly name: string
  /** The instance's folder, absolute. */
  readonly to: string
}

/** The ports of a host. */
export interface PortFacts {
  /** Those of the instances of this user. */
  readonly given: readonly GivenPort[]
  readonly listening: readonly number[]
}

/** Of what listens, `hex` or `decimal` says how the numbers are written. */
export function readPorts(records: Records): PortFacts {
  const given = records('port').map(([port, name = '', to = '']) => ({ port: Number(port), name, to }))
  const [base, ...listening] = records('listening')[0] ?? []
  const numbers = listening.map((text) => Number.parseInt(text, base === 'hex' ? 16 : 10))
  return { given, listening: [...new Set(numbers)].sort((a, b) => a - b) }
}
