import pLimit from 'p-limit'
import type { HostSpec } from '../config/spec.js'
import { type Failure, VenvoyError } from '../errors.js'
import type { TargetResult } from '../events.js'
import type { Connection } from '../transport/transport.js'
import type { Run } from './run.js'

/** Lets a bounded number of hosts work at once. */
export type Limit = <T>(work: () => Promise<T>) => Promise<T>

export const limitOf = (run: Run): Limit => pLimit(run.parallel)

/** Connects to a host, and tells so. */
export async function connect(run: Run, host: HostSpec): Promise<Connection> {
  run.signal.throwIfAborted()
  run.emit({ type: 'host:connect', host: host.name, ...(host.address !== undefined && { address: host.address }) })
  const connection = await run.connect(host, run.signal)
  run.emit({ type: 'host:ready', host: host.name, login: connection.login, ...connection.place })
  return connection
}

export const thisMachine: HostSpec = { name: 'local', local: true, env: {}, vars: {} }

/** This machine, for local steps. Those that always run do so after a cancel, too. */
export const connectHere = (run: Run): Promise<Connection> => run.connect(thisMachine, new AbortController().signal)

/** Connected to a host for as long as the work lasts. */
export async function connected<T>(run: Run, host: HostSpec, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connect(run, host)
  try {
    return await work(connection)
  } finally {
    connection.close()
  }
}

/** What an error means for the results: a failure to report, or a cancel. */
export function failureOfError(error: unknown, host: string): Failure {
  if (error instanceof VenvoyError) return error.failure
  if (error instanceof DOMException && error.name === 'AbortError')
    return { kind: 'interrupted', where: host, what: 'cancelled' }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return {
    kind: 'internal',
    where: host,
    what: 'an error that venvoy did not foresee',
    why: text.split('\n').slice(0, 6),
    next: 'report it with these lines',
  }
}

/** A target that was not reached: by a failure before its first step, or because the run had stopped. */
export function unreached(
  run: Run,
  target: { readonly host: string; readonly instance?: string },
  failure: Failure | undefined,
): TargetResult {
  const isCancel = failure === undefined || failure.kind === 'interrupted'
  return {
    ...target,
    outcome: isCancel ? (run.signal.aborted ? 'cancelled' : 'skipped') : 'failed',
    ...(failure !== undefined && !isCancel && { failure }),
    steps: 0,
    ms: 0,
  }
}

/** Reports one target's end. */
export function emitEnd(run: Run, result: TargetResult): TargetResult {
  const { host, instance, outcome, failure } = result
  const rest = { outcome, ...(failure !== undefined && { failure }) }
  if (instance === undefined) run.emit({ type: 'host:end', host, ...rest })
  else run.emit({ type: 'instance:end', host, instance, ...rest })
  return result
}
