import { type Failure, VenvoyError } from '../errors.js'

/** A command that could not even begin. */
export function describeError(error: unknown): { text: string; exitCode: number } {
  if (error instanceof VenvoyError) return { text: error.message, exitCode: error.exitCode }
  if (isCommanderError(error)) return { text: '', exitCode: error.exitCode === 0 ? 0 : 2 }
  if (error instanceof DOMException && error.name === 'AbortError') return { text: 'cancelled', exitCode: 130 }
  const failure: Failure = {
    kind: 'internal',
    what: 'an error that venvoy did not foresee',
    why: (error instanceof Error ? (error.stack ?? error.message) : String(error)).split('\n').slice(0, 8),
    next: 'report it with these lines',
  }
  return { text: new VenvoyError(failure).message, exitCode: 1 }
}

/** Commander has printed its own words already: help, a version, a mistake on the command line. */
const isCommanderError = (error: unknown): error is Error & { exitCode: number } =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('commander.') && 'exitCode' in error
