import type { HostSpec, StepSpec } from '../config/spec.js'
import type { TargetResult } from '../events.js'
import type { RunStep, Step } from '../operations/step.js'
import { type Context, nest } from '../shell/context.js'
import { openSession, type Session } from '../transport/session.js'
import { compile, type Section } from './compile.js'
import { connected, emitEnd, failureOfError, type Limit, limitOf, unreached } from './hosts.js'
import { firstProgram, runProgram } from './program.js'
import { placeOf, type Run } from './run.js'
import type { SectionEnd } from './section-end.js'

/** The steps of one target: an instance on a host, or a host. */
export interface TargetSteps {
  readonly host: HostSpec
  readonly instance?: string
  readonly steps: readonly RunStep[]
}

/** A step of the file in the context of its target. */
export function runStep(spec: StepSpec, base: Context): RunStep {
  const { title, command, context, retries, warnOnly, timeout } = spec
  return {
    kind: 'run',
    title,
    lines: [],
    command,
    context: nest(base, context),
    retries,
    warnOnly,
    ...(timeout !== undefined && { timeout }),
  }
}

/**
 * Runs steps that are known beforehand: one connection, one channel and one program a host, sent along with the request.
 * `lost`: what a host does with the running step when the connection is lost.
 */
export async function runTasks(
  run: Run,
  targets: readonly TargetSteps[],
  lost: 'finish' | 'kill',
): Promise<TargetResult[]> {
  const limit = limitOf(run)
  const byHost = groupByHost(targets)
  const stop = { failed: false }
  const results = await Promise.all([...byHost].map(([host, own]) => onHost(run, limit, host, own, lost, stop)))
  return results.flat()
}

async function onHost(
  run: Run,
  limit: Limit,
  host: HostSpec,
  targets: readonly TargetSteps[],
  lost: 'finish' | 'kill',
  stop: { failed: boolean },
): Promise<TargetResult[]> {
  return limit(async () => {
    if (run.signal.aborted || (run.failFast && stop.failed))
      return targets.map((target) => emitEnd(run, unreached(run, placeOf(host.name, target.instance), undefined)))
    const began = run.now()
    try {
      const ends = await connected(run, host, (connection) =>
        programs(run, targets, async (first) => openSession(connection, { lost, first })),
      )
      stop.failed ||= ends.some(({ outcome }) => outcome !== 'ok')
      return ends.map((end) => emitEnd(run, resultOf(end, run.now() - began)))
    } catch (error) {
      stop.failed = true
      const failure = failureOfError(error, host.name)
      return targets.map((target) => emitEnd(run, unreached(run, placeOf(host.name, target.instance), failure)))
    }
  })
}

type Open = (first: NonNullable<Parameters<typeof openSession>[1]['first']>) => Promise<Session>

async function programs(run: Run, targets: readonly TargetSteps[], open: Open): Promise<readonly SectionEnd[]> {
  const sections = targets.map(({ host, instance, steps }): Section => ({ ...placeOf(host.name, instance), steps }))
  const mayRetry = targets.some(({ steps }) => steps.some(({ retries }) => retries > 0))
  const compiled = compile('p1', sections, !mayRetry)
  const first = firstProgram(run, compiled)
  const session = await open({ program: compiled.wire, observer: first.observer })
  const ends = await first.ends(session)
  return mayRetry ? retried(run, session, ends) : ends
}

/** Sections whose failed step may be tried again continue from it; the others are done. */
async function retried(run: Run, session: Session, ends: readonly SectionEnd[]): Promise<readonly SectionEnd[]> {
  const current = [...ends]
  const tries = new Map<Step, number>()
  for (let round = 2; !run.signal.aborted; round++) {
    const again = current.flatMap((end, i) => (mayTryAgain(end, tries) ? [i] : []))
    if (again.length === 0) break
    const sections = again.map((i) => remaining(current[i]!))
    const newEnds = await runProgram(run, session, compile(`p${round}`, sections, false))
    again.forEach((i, n) => {
      current[i] = { ...newEnds[n]!, done: newEnds[n]!.done + current[i]!.done }
    })
  }
  session.close()
  return current.map((end, i) => ({ ...end, section: ends[i]!.section }))
}

function mayTryAgain({ outcome, failed }: SectionEnd, tries: Map<Step, number>): boolean {
  const step = failed?.placed.step
  if (outcome !== 'failed' || step?.kind !== 'run') return false
  const tried = (tries.get(step) ?? 0) + 1
  tries.set(step, tried)
  return tried <= step.retries
}

function remaining({ section, failed }: SectionEnd): Section {
  const at = failed ? section.steps.indexOf(failed.placed.step) : section.steps.length
  return { ...section, steps: section.steps.slice(at) }
}

function resultOf({ section, outcome, failure, done }: SectionEnd, ms: number): TargetResult {
  return {
    ...placeOf(section.host, section.instance),
    outcome,
    ...(failure !== undefined && { failure }),
    steps: done,
    ms,
  }
}

function groupByHost(targets: readonly TargetSteps[]): Map<HostSpec, TargetSteps[]> {
  const groups = new Map<HostSpec, TargetSteps[]>()
  for (const target of targets) groups.set(target.host, [...(groups.get(target.host) ?? []), target])
  return groups
}
