import type { Place, Procedure } from '../../plan/procedure.js'
import type { Options } from '../options.js'
import type { World } from '../world.js'
import { goBack, journalLines } from './rollback.js'

export interface VenvRollbackOptions extends Options {
  /** The beginning of a fingerprint. */
  readonly to?: string
}

/** `venvoy venv rollback`: all hosts of an instance get their earlier venv together, or none. */
export function rollback(
  world: World,
  procedure: Procedure<Place>,
  names: readonly string[],
  options: VenvRollbackOptions,
): Promise<number> {
  const where = options.to === undefined ? 'the venv before' : `venv ${options.to}`
  const question = (all: string) => `Go back to ${where}: ${all}?`
  return goBack(world, procedure, names, options, {
    command: 'venv rollback',
    question,
    wanted: { switches: journalLines },
  })
}
