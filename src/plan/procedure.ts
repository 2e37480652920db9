import type { InstanceSpec } from '../config/spec.js'
import type { HostFacts } from '../facts/facts.js'
import { namedFacts } from '../facts/named-facts.js'
import { settleHooks } from '../operations/hooks.js'
import type { RequirementsFiles } from '../operations/requirements.js'
import type { Step } from '../operations/step.js'
import type { Tree } from '../operations/tree.js'
import type { Plan } from './plan.js'

/** What a plan for one instance on one host is made from, where no code is needed. */
export interface Place {
  readonly spec: InstanceSpec
  readonly facts: HostFacts
  /** Who deploys, from where: `ann@laptop`. */
  readonly by: string
  /** What the record of this run is called. */
  readonly run?: string
}

/** All that a plan for a deploy is made from. */
export interface Given extends Place {
  readonly tree: Tree
  readonly requirements: RequirementsFiles
}

/** The steps of a plan. `switch` begins when every host of the instance is through with `prepare`. */
export interface Phases {
  readonly prepare: readonly Step[]
  readonly switch: readonly Step[]
  readonly notes?: readonly string[]
}

/** A task that is planned: a pure function from spec and facts to steps, which `plan` prints and `deploy` applies. */
export interface Procedure<G extends Place = Given> {
  readonly description: string
  phases(given: G): Phases
}

/** Defines a planned task. Its function throws a VenvoyError for what cannot be; no steps mean that nothing is to be done. */
export const procedure = <G extends Place = Given>(
  description: string,
  phases: Procedure<G>['phases'],
): Procedure<G> => ({ description, phases })

/** What a procedure would do for one instance on one host. */
export function planBy<G extends Place>({ phases }: Procedure<G>, given: G): Plan {
  const { spec, leftOut } = settleHooks(given.spec, namedFacts(given.facts))
  const { notes = [], ...steps } = phases({ ...given, spec })
  return { host: spec.host.name, instance: spec.name, ...steps, notes, ...(leftOut.length > 0 && { leftOut }) }
}
