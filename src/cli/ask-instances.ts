import type { InstanceSpec } from '../config/spec.js'
import type { TargetResult } from '../events.js'
import type { InstanceFacts } from '../facts/facts.js'
import { type InstanceQuestion, noQuestion } from '../facts/probe.js'
import { gather } from '../run/gather.js'
import type { Run } from '../run/run.js'

/** What hosts told of instances. */
interface ToldInstances {
  /** Those of hosts that answered. */
  readonly states: readonly { readonly spec: InstanceSpec; readonly state: InstanceFacts }[]
  readonly results: readonly TargetResult[]
}

/** Asks about instances, and about nothing else: one probe a host. */
export async function askInstances(
  run: Run,
  specs: readonly InstanceSpec[],
  question: (spec: InstanceSpec) => InstanceQuestion,
): Promise<ToldInstances> {
  const hosts = [...new Set(specs.map(({ host }) => host))]
  const answers = await gather(run, hosts, (host) => ({
    ...noQuestion,
    instances: specs.filter((spec) => spec.host === host).map(question),
  }))
  const states = specs.flatMap((spec) => {
    const state = answers.find(({ host }) => host === spec.host)?.facts?.instances[spec.name]
    return state === undefined ? [] : [{ spec, state }]
  })
  return { states, results: answers.map(({ result }) => result) }
}
