import type { PlannedStep } from '../events.js'
import type { HelperStep, Step } from '../operations/step.js'
import { type Plan, stepsOf } from './plan.js'

/**
 * The steps of a plan as people read them, titles with their marks, and the lines beneath: `+` makes something, `~` changes what is
 * there or runs a command, `-` removes. Deploy prints the same lines as the dry run.
 */
export const plannedSteps = (plan: Plan): PlannedStep[] =>
  stepsOf(plan)
    .filter(({ quiet }) => !quiet)
    .map((step) => ({ title: `${markOf(step)} ${step.title}`, lines: step.lines }))

function markOf(step: Step): '+' | '~' | '-' {
  if (step.kind === 'helper') return helperMark(step)
  return step.kind === 'files' ? '+' : '~'
}

function helperMark({ action }: HelperStep): '+' | '~' | '-' {
  if (['venv', 'release', 'fetch', 'ports'].includes(action)) return '+'
  return ['remove-venv', 'remove-instance', 'prune', 'retire'].includes(action) ? '-' : '~'
}
