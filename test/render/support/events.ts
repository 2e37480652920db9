import type { Failure } from '../../../src/errors.js'
import type { Outcome, Report, RunEvent, Target, TargetResult } from '../../../src/events.js'

/** `web1` or `staging@web1`. */
function targetOf(name: string): Target {
  const [instance, host] = name.split('@')
  return host === undefined ? { host: name } : { host, instance: instance! }
}

export function start(command: string, names: readonly string[], more: { dryRun?: boolean } = {}): RunEvent {
  const selection = names.map(targetOf)
  const hosts = [...new Set(selection.map(({ host }) => host))]
  return { type: 'run:start', command, hosts, targets: names.length, selection, ...more }
}

interface StepSays {
  readonly own?: boolean
  readonly command?: string
}

export function step(name: string, title: string, says: StepSays = {}): RunEvent {
  return { type: 'step:start', ...targetOf(name), step: '1', title, ...says }
}

export function prints(name: string, data: string | Uint8Array, stream: 'stdout' | 'stderr' = 'stdout'): RunEvent {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data
  return { type: 'step:output', ...targetOf(name), step: '1', stream, data: bytes }
}

interface StepEnd {
  readonly outcome?: Outcome
  readonly code?: number
  readonly signal?: string
  readonly ms?: number
}

export function stepEnd(name: string, title: string, end: StepEnd = {}): RunEvent {
  return { type: 'step:end', ...targetOf(name), step: '1', title, outcome: 'ok', ms: 100, ...end }
}

export function plan(name: string, steps: Record<string, readonly string[]>): RunEvent {
  const planned = Object.entries(steps).map(([title, lines]) => ({ title, lines }))
  return { type: 'instance:plan', ...targetOf(name), steps: planned }
}

/** The end of a target: of an instance, or of a host. */
export function ends(name: string, outcome: Outcome, failure?: Failure): RunEvent {
  const target = targetOf(name)
  const type = target.instance === undefined ? 'host:end' : 'instance:end'
  return { type, ...target, outcome, ...(failure === undefined ? {} : { failure }) }
}

export function result(name: string, outcome: Outcome, ms: number, failure?: Failure): TargetResult {
  return { ...targetOf(name), outcome, steps: 1, ms, ...(failure === undefined ? {} : { failure }) }
}

export function reportOf(command: string, results: readonly TargetResult[], ms = 12_300): Report {
  return { command, results, exitCode: results.every(({ failure }) => failure === undefined) ? 0 : 1, ms }
}

export function runEnd(command: string, results: readonly TargetResult[], ms = 12_300): RunEvent {
  return { type: 'run:end', report: reportOf(command, results, ms) }
}

export const pipFailed: Failure = { kind: 'command', what: 'pip exited with 1', next: 'fix requirements.txt' }

export const refused: Failure = {
  kind: 'unreachable',
  where: 'web2',
  what: 'connection refused',
  why: ['port 22 of 10.0.0.7'],
}
