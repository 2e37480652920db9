import { isOfTask, type Step } from '../operations/step.js'
import type { StepEnd } from '../transport/program.js'

/** Whether it only looks. */
export const isCheck = (step: Step): boolean => step.kind === 'file' && step.check === true

/** Whether a step ended as it should. */
export function isOk(step: Step, { code, signal, stopped }: StepEnd): boolean {
  const codes = (isOfTask(step) ? step.okCodes : undefined) ?? [0]
  return signal === undefined && !stopped && codes.includes(code)
}
