import type { HostSpec } from '../config/spec.js'
import type { Failure } from '../errors.js'
import type { TargetResult } from '../events.js'
import type { HostFacts } from '../facts/facts.js'
import type { ProbeQuestion } from '../facts/probe.js'
import { connected, emitEnd, failureOfError, limitOf, unreached } from './hosts.js'
import { probe } from './probe.js'
import type { Run } from './run.js'

/** What one host answered, or why it did not. */
export interface Answer {
  readonly host: HostSpec
  readonly facts?: HostFacts
  readonly failure?: Failure
  readonly result: TargetResult
}

/** Asks hosts for facts, all at once; nothing is changed on them. */
export async function gather(
  run: Run,
  hosts: readonly HostSpec[],
  question: (host: HostSpec) => ProbeQuestion,
): Promise<readonly Answer[]> {
  const limit = limitOf(run)
  return Promise.all(hosts.map((host) => limit(() => ask(run, host, question(host)))))
}

async function ask(run: Run, host: HostSpec, question: ProbeQuestion): Promise<Answer> {
  const began = run.now()
  try {
    const facts = await connected(run, host, async (connection) => {
      const answer = await probe(connection, host.name, question, 'kill')
      answer.session.close()
      return answer.facts
    })
    const result = emitEnd(run, { host: host.name, outcome: 'ok', steps: 0, ms: run.now() - began })
    return { host, facts, result }
  } catch (error) {
    const failure = failureOfError(error, host.name)
    return { host, failure, result: emitEnd(run, unreached(run, { host: host.name }, failure)) }
  }
}
