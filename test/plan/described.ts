import { isEmpty, type Plan } from '../../src/plan/plan.js'
import { plannedSteps } from '../../src/plan/planned-steps.js'

/** A plan line by line, to compare it with. */
export function described(plan: Plan): string[] {
  const place = `${plan.instance} on ${plan.host}`
  const steps = plannedSteps(plan).flatMap(({ title, lines }) => [
    `  ${title}`,
    ...lines.map((line) => `      ${line}`),
  ])
  const notes = plan.notes.map((note) => `  note: ${note}`)
  return isEmpty(plan) ? [`${place}: nothing to do`, ...notes] : [place, ...steps, ...notes]
}
