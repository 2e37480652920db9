import type { HostSpec } from '../config/spec.js'
import type { Failure } from '../errors.js'
import type { TargetResult } from '../events.js'
import type { HostFacts } from '../facts/facts.js'
import type { ProbeQuestion } from '../facts/probe.js'
import type { HelperStep, Step } from '../operations/step.js'
import type { HelperEvent } from '../remote/helper.js'
import type { Session } from '../transport/session.js'
import type { Connection } from '../transport/transport.js'
import { compile } from './compile.js'
import { connect, emitEnd, failureOfError, type Limit, limitOf, unreached } from './hosts.js'
import { probe } from './probe.js'
import { runProgram } from './program.js'
import type { Run } from './run.js'

/** A host that answered the probe. */
export interface Probed {
  readonly host: HostSpec
  readonly facts: HostFacts
}

interface Reached extends Probed {
  readonly began: number
  readonly connection: Connection
  readonly session: Session
}

/** What the helper told on the hosts, step by step, and how the hosts ended. */
export interface HelperAnswers {
  readonly events: ReadonlyMap<Step, readonly HelperEvent[]>
  readonly results: readonly TargetResult[]
}

/**
 * Probes hosts, all at once, and then asks some of them more: `choose` says what, once all have answered or failed. What it
 * asks changes nothing that lasts, so a lost connection ends it.
 */
export async function askHelpers(
  run: Run,
  hosts: readonly HostSpec[],
  question: (host: HostSpec) => ProbeQuestion,
  choose: (probed: readonly Probed[]) => ReadonlyMap<HostSpec, readonly HelperStep[]>,
): Promise<HelperAnswers> {
  const limit = limitOf(run)
  const opened: Connection[] = []
  const results: TargetResult[] = []
  const reach = async (host: HostSpec): Promise<Reached[]> => {
    const began = run.now()
    try {
      const connection = await connect(run, host)
      opened.push(connection)
      return [{ host, began, connection, ...(await probe(connection, host.name, question(host), 'kill')) }]
    } catch (error) {
      results.push(emitEnd(run, unreached(run, { host: host.name }, failureOfError(error, host.name))))
      return []
    }
  }
  try {
    const reached = (await Promise.all(hosts.map((host) => limit(() => reach(host))))).flat()
    const wanted = choose(reached)
    const events = new Map<Step, HelperEvent[]>()
    await Promise.all(
      reached.map(async (each) => results.push(await ask(run, limit, each, wanted.get(each.host), events))),
    )
    return { events, results }
  } finally {
    for (const connection of opened) connection.close()
  }
}

async function ask(
  run: Run,
  limit: Limit,
  { host, began, session }: Reached,
  steps: readonly HelperStep[] = [],
  events: Map<Step, HelperEvent[]>,
): Promise<TargetResult> {
  const onHelper = (step: Step, event: HelperEvent) => void events.set(step, [...(events.get(step) ?? []), event])
  const sections = steps.map((step) => ({ host: host.name, steps: [step], onHelper }))
  const ended = (failure?: Failure, done = 0): TargetResult => ({
    host: host.name,
    outcome: failure === undefined ? 'ok' : run.signal.aborted ? 'cancelled' : 'failed',
    ...(failure && { failure }),
    steps: done,
    ms: run.now() - began,
  })
  try {
    const ends = sections.length === 0 ? [] : await limit(() => runProgram(run, session, compile('p1', sections, true)))
    const failure = ends.find((end) => end.failure !== undefined)?.failure
    return emitEnd(run, ended(failure, ends.filter(({ outcome }) => outcome === 'ok').length))
  } catch (error) {
    return emitEnd(run, ended(failureOfError(error, host.name)))
  } finally {
    session.close()
  }
}
