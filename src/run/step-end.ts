import { isOfTask, type Step } from '../operations/step.js'
import type { StepEnd } from '../transport/program.js'

/** Whether it only looks. */
export const isCheck = (step: Step): boolean => step.kind === 'file' && step.check === true

/** Whether a step ended as it should. */
export function isOk(step: Step, { code, signal, stopped }: StepEnd): boolean {
  const codes = (isOfTask(step) ? step.okCodes : undefined) ?? [0]
  return signal === undefined && !stopped && codes.includes(code)
}

/** What the helper ends with where the plan is older than what is there. */
const movedCode = 76

/** Whether a step may find that: the one that takes the lock, which is held then all the same, and the one that takes ports. */
export const findsMoves = (step: Step): boolean =>
  step.kind === 'helper' && (step.locks === true || step.mayMove === true)

/** Whether it found that: it is planned again, and nothing has failed. */
export const foundMoved = (step: Step, { code }: StepEnd): boolean => findsMoves(step) && code === movedCode
