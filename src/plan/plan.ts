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
  /** The switch and all after it, up to the health check; begun when every host of the instance is prepared. */
  readonly switch: readonly Step[]
  /** What brings back what served before, where a host fails behind the switch; shows in no plan. */
  readonly undo?: readonly Step[]
  /** What is left to do when all hosts are through with that. */
  readonly settle?: readonly Step[]
  /** Facts worth saying that need no step: `unlocked requirements`. */
  readonly notes: readonly string[]
  /** The user's commands whose conditions do not hold there. */
  readonly leftOut?: readonly LeftOut[]
}

/** What changes something there if nothing fails. */
export const stepsOf = ({ prepare, switch: later, settle = [] }: Plan): Step[] => [...prepare, ...later, ...settle]

export const isEmpty = (plan: Plan): boolean => stepsOf(plan).length === 0
