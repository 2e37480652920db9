import type { InstanceSpec } from '../config/spec.js'
import type { HostFacts } from '../facts/facts.js'
import { namedFacts } from '../facts/named-facts.js'
import { deployLock, type LockRequest } from '../operations/deploy-lock.js'
import { settleHooks } from '../operations/hooks.js'
import type { RequirementsFiles } from '../operations/requirements.js'
import { stateOf } from '../operations/state.js'
import type { Step } from '../operations/step.js'
import type { SourceChanges, Tree } from '../operations/tree.js'
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
  /** What lies between the release that serves and the tree, where the source can say. */
  readonly changes?: SourceChanges | undefined
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

/** Any of its steps has a Python that can take the lock. */
function lockFor({ spec, facts }: Place, steps: Phases, request: LockRequest): Step | undefined {
  const own = [...steps.prepare, ...steps.switch].find((step) => step.kind === 'helper' || step.kind === 'files')
  return own && deployLock(spec, stateOf(spec, facts), own.python, request)
}

/** What a procedure would do for one instance on one host, under the deploy lock if that is asked for. */
export function planBy<G extends Place>({ phases }: Procedure<G>, given: G, request?: LockRequest): Plan {
  const { spec, leftOut } = settleHooks(given.spec, namedFacts(given.facts))
  const { notes = [], ...steps } = phases({ ...given, spec })
  const lock = request && lockFor({ ...given, spec }, steps, request)
  return {
    ...{ host: spec.host.name, instance: spec.name, ...steps, notes },
    ...(lock && { lock }),
    ...(leftOut.length > 0 && { leftOut }),
  }
}
