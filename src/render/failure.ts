import { describeFailure, type Failure } from '../errors.js'
import type { Outcome, Target } from '../events.js'
import { cleanLines } from './clean.js'

/** What is known about the step that failed. */
export interface Evidence {
  /** The step's last lines of output. */
  readonly lines: readonly string[]
  /** Those lines are on the screen already. */
  readonly shown: boolean
  readonly command?: string | undefined
}

/** What went wrong on a target, even where nobody said it. */
export function failureOf(target: Target & { readonly outcome: Outcome; readonly failure?: Failure }): Failure {
  const { host, instance, outcome, failure } = target
  const said = failure ?? { kind: 'command', what: outcome === 'unknown' ? 'how it ended is unknown' : 'failed' }
  return { where: instance === undefined ? host : `${instance} on ${host}`, ...said }
}

/**
 * The text of a failure: where, what, the last lines (unless they are on the screen already), what was run, what to try. Its first
 * line stands alone as a heading.
 */
export function failureText(failure: Failure, evidence?: Evidence): string {
  const said = (failure.why ?? []).flatMap(cleanLines)
  const why = evidence === undefined ? said : [...evidenceLines(said, evidence), ...ran(evidence.command)]
  return cleanLines(describeFailure({ ...failure, why })).join('\n')
}

function evidenceLines(said: readonly string[], { lines, shown }: Evidence): string[] {
  if (shown) return said.filter((line) => !lines.includes(line))
  return [...said, ...lines.filter((line) => !said.includes(line))]
}

function ran(command: string | undefined): string[] {
  if (command === undefined) return []
  return command.split('\n').map((line, at) => (at === 0 ? `ran: ${line}` : `     ${line}`))
}
