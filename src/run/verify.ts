import type { HostSpec, InstanceSpec } from '../config/spec.js'
import type { TargetResult } from '../events.js'
import type { HostFacts } from '../facts/facts.js'
import type { HelperStep } from '../operations/step.js'
import { verifyQuestion, verifyStep } from '../plan/verify.js'
import type { Verified } from '../remote/verified.js'
import { askHelpers } from './ask-helper.js'
import type { Run } from './run.js'

/** What the hosts found out. */
export interface Verification {
  /** Of each host. */
  readonly results: readonly TargetResult[]
  /** Nothing where the host was not reached. */
  factsOf(spec: InstanceSpec): HostFacts | undefined
  /** Nothing where nothing serves. */
  of(spec: InstanceSpec): Verified | undefined
}

/**
 * Before a plan, for those that are to be proved each time (`verify: full`). What is found is noted on the host, where the plan sees
 * it; a host that is not reached is told of when that is to be made.
 */
export async function verifyFirst(run: Run, specs: readonly InstanceSpec[]): Promise<void> {
  const full = specs.filter(({ venv }) => venv.verify === 'full')
  if (full.length > 0) await verifyOn({ ...run, emit: () => {} }, full)
}

/** Has hosts prove what serves of instances, all hosts at once. What they find, they note for the next deploy. */
export async function verifyOn(run: Run, specs: readonly InstanceSpec[]): Promise<Verification> {
  const hosts = [...new Set(specs.map(({ host }) => host))]
  const on = (host: HostSpec) => specs.filter((spec) => spec.host === host)
  const asked = new Map<HostSpec, { facts: HostFacts; steps: readonly HelperStep[] }>()
  const { events, results } = await askHelpers(
    run,
    hosts,
    (host) => verifyQuestion(on(host)),
    (probed) => {
      for (const { host, facts } of probed) {
        const step = verifyStep(on(host), facts)
        asked.set(host, { facts, steps: step ? [step] : [] })
      }
      return new Map([...asked].map(([host, { steps }]) => [host, steps]))
    },
  )
  const found = ({ host }: InstanceSpec) =>
    (asked.get(host)?.steps ?? []).flatMap((step) => events.get(step) ?? []).filter(({ event }) => event === 'verified')
  return {
    results,
    factsOf: ({ host }) => asked.get(host)?.facts,
    of: (spec) => (found(spec) as Verified[]).find(({ instance }) => instance === spec.name),
  }
}
