import type { InstanceSpec } from '../config/spec.js'
import type { HostFacts } from '../facts/facts.js'
import { namedFacts } from '../facts/named-facts.js'
import { endSwitch } from '../operations/current.js'
import { deployLock, type LockRequest } from '../operations/deploy-lock.js'
import { settleHooks } from '../operations/hooks.js'
import { settlePorts } from '../operations/ports.js'
import type { RequirementsFiles } from '../operations/requirements.js'
import { stateOf } from '../operations/state.js'
import { isOfTask, isTurn, type Step } from '../operations/step.js'
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

/** The steps of a plan. */
export interface Phases {
  /** Nothing that serves is touched. */
  readonly prepare: readonly Step[]
  /** Begun when every host of the instance is through with `prepare`: the switch, and whatever proves that it went well. */
  readonly switch: readonly Step[]
  /**
   * What brings back what served before. It runs on every host of the instance, all of it whatever fails, when one of them fails
   * or is stopped in `switch` after that has begun to turn `current`.
   */
  readonly undo?: readonly Step[]
  /** Begun when every host of the instance is through with `switch`: there is no way back any more. */
  readonly settle?: readonly Step[]
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
  const own = [...steps.prepare, ...steps.switch, ...(steps.settle ?? [])].find(
    (step) => step.kind === 'helper' || step.kind === 'files',
  )
  return own && deployLock(spec, stateOf(spec, facts), own.python, request)
}

/** What a procedure would do for one instance on one host, under the deploy lock if that is asked for. */
export function planBy<G extends Place>({ phases }: Procedure<G>, given: G, request?: LockRequest): Plan {
  const { spec, leftOut } = settleHooks(settlePorts(given.spec, given.facts), namedFacts(given.facts))
  const { notes = [], undo = [], ...steps } = phases({ ...given, spec })
  const lock = request && lockFor({ ...given, spec }, steps, request)
  return {
    ...{ host: spec.host.name, instance: spec.name, ...steps, notes },
    ...(undo.length > 0 && { undo: undo.map(asUndo) }),
    ...(steps.switch.some(isTurn) && { switch: [...steps.switch, endSwitch(spec)] }),
    ...(lock && { lock }),
    ...(leftOut.length > 0 && { leftOut }),
  }
}

/** Of the steps that undo, none runs where there is nothing to undo. */
const asUndo = (step: Step): Step => ({ ...step, undoes: true, ...(isOfTask(step) && { always: false }) }) as Step
