import type { PlannedStep } from '../events.js'
import type { HelperStep, Step } from '../operations/step.js'
import { isEmpty, type Plan } from './plan.js'

/**
 * A plan as people read it, line by line: `+` makes something, `~` changes what is there or runs a command, `-` removes.
 * Deploy prints the same lines as the dry run.
 */
export function describePlan(plan: Plan): string[] {
  const place = `${plan.instance} on ${plan.host}`
  const steps = [...plan.prepare, ...plan.switch].flatMap(describeStep)
  const notes = plan.notes.map((note) => `  note: ${note}`)
  return isEmpty(plan) ? [`${place}: nothing to do`, ...notes] : [place, ...steps, ...notes]
}

/** The steps of a plan for a renderer: titles with their marks, and the lines beneath. */
export const plannedSteps = (plan: Plan): PlannedStep[] =>
  [...plan.prepare, ...plan.switch].map((step) => ({ title: `${markOf(step)} ${step.title}`, lines: step.lines }))

const describeStep = (step: Step): string[] => [
  `  ${markOf(step)} ${step.title}`,
  ...step.lines.map((line) => `      ${line}`),
]

function markOf(step: Step): '+' | '~' | '-' {
  if (step.kind === 'helper') return helperMark(step)
  return step.kind === 'files' ? '+' : '~'
}

function helperMark({ action }: HelperStep): '+' | '~' | '-' {
  if (action === 'venv' || action === 'release') return '+'
  return action === 'remove-venv' ? '-' : '~'
}
