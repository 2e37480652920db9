import type { HostSpec } from '../config/spec.js'
import type { Emit } from '../events.js'
import type { Secret } from '../shell/command.js'
import type { Connection } from '../transport/transport.js'

/** What a run needs of the world around it. Nothing in this folder reaches for more. */
export interface Run {
  readonly emit: Emit
  /** What its record is called, where one is kept. */
  readonly id?: string
  /** Aborted when the person cancels. */
  readonly signal: AbortSignal
  /** Hears of the cancel once, however many listen; gives the way to listen no more. */
  onCancel(listener: () => void): () => void
  /** Milliseconds. */
  readonly now: () => number
  connect(host: HostSpec, signal: AbortSignal): Promise<Connection>
  /** The person's answer to a question, asked once a run whoever needs it. Absent: nobody is there to answer. */
  confirm?(question: string): Promise<boolean>
  /**
   * What a sudo that asks for a password is told there; `refused`: what it did not take. Nothing: nobody knows one. Rejects with a
   * VenvoyError that says why.
   */
  sudoPassword?(host: HostSpec, refused: Secret | undefined): Promise<Secret | undefined>
  /** How many hosts at once. */
  readonly parallel: number
  /** Nothing is to be changed: what would be is said. */
  readonly dryRun?: boolean
  /** No further host is begun after the first failure. */
  readonly failFast: boolean
  /** Whether no further host is to be begun. */
  isOver?(): boolean
  /** The line that repeats a run for one target. */
  again(target: { readonly host: string; readonly instance?: string }): string
}

/** `blog-staging on web1`, `web1`. */
export const nameOf = ({
  host,
  instance,
}: {
  readonly host: string
  readonly instance?: string | undefined
}): string => (instance === undefined ? host : `${instance} on ${host}`)

/** How what went well has ended: what only wanted things to be as they were is unchanged; of commands nothing is known. */
export function outcomeOf({
  steps,
  changes,
  dryRun = false,
}: {
  readonly steps: number
  readonly changes: readonly boolean[]
  readonly dryRun?: boolean | undefined
}) {
  if (changes.includes(true)) return dryRun ? 'would change' : 'changed'
  return dryRun || (steps > 0 && changes.length === steps) ? 'unchanged' : 'ok'
}

/** Where an event happened. */
export const placeOf = (host: string, instance: string | undefined): { host: string; instance?: string } =>
  instance === undefined ? { host } : { host, instance }
