import type { LeftOut } from '../events.js'
import type { Step } from '../operations/step.js'

/** The difference between spec and facts, for one instance on one host. No steps: nothing to do. */
export interface Plan {
  readonly host: string
  readonly instance: string
  /** What keeps others from deploying meanwhile: comes first, and shows in no plan. */
  readonly lock?: Step
  /** Whatever changes nothing that serves. */
  readonly prepare: readonly Step[]
  /** The switch and all after it; begun when every host of the instance is prepared. */
  readonly switch: readonly Step[]
  /** Facts worth saying that need no step: `unlocked requirements`. */
  readonly notes: readonly string[]
  /** The user's commands whose conditions do not hold there. */
  readonly leftOut?: readonly LeftOut[]
}

export const isEmpty = (plan: Plan): boolean => plan.prepare.length + plan.switch.length === 0
