import { answerOf, factsIn, holds, whyNot } from '../config/condition.js'
import type { Fact, Facts } from '../config/facts.js'
import type { CommandSpec, InstanceSpec } from '../config/spec.js'
import type { LeftOut } from '../events.js'
import type { InstanceFacts } from '../facts/facts.js'
import { render } from '../shell/command.js'
import type { Context } from '../shell/context.js'
import { instanceContext, releaseContext } from './context.js'
import type { RunStep } from './step.js'
import { commandStep } from './task-step.js'

/** The user's commands that run in a release before it serves, in its own venv. */
export const beforeSwitch = (spec: InstanceSpec, facts: InstanceFacts, number: number, venvPath: string): RunStep[] =>
  hooks(spec, spec.beforeSwitch, releaseContext(spec, facts, number, venvPath))

/** The user's commands that run when the new release serves. */
export const afterSwitch = (spec: InstanceSpec): RunStep[] => hooks(spec, spec.afterSwitch, instanceContext(spec))

/** The facts that its services and the conditions of its hooks want, where names alone do not answer them. */
export const factsOfHooks = (spec: InstanceSpec): Fact[] => [
  ...(spec.services?.length && spec.serviceKeeper?.use === 'systemd-system' ? (['sudo'] as const) : []),
  ...hooksOf(spec).flatMap(({ when }) => (when !== undefined && answerOf(when) === undefined ? factsIn(when) : [])),
]

/** The spec with those hooks only whose conditions hold on its host, and what is left out. */
export function settleHooks(spec: InstanceSpec, facts: Facts): { spec: InstanceSpec; leftOut: readonly LeftOut[] } {
  const isDue = ({ when }: CommandSpec) => when === undefined || holds(when, { facts })
  const due = (steps: readonly CommandSpec[]) => steps.filter(isDue).map(({ when: _, ...step }): CommandSpec => step)
  const leftOut = hooksOf(spec).flatMap(({ title, when }) => {
    const why = when && whyNot(when, { facts })
    return why === undefined ? [] : [{ title, when: why }]
  })
  return { spec: { ...spec, beforeSwitch: due(spec.beforeSwitch), afterSwitch: due(spec.afterSwitch) }, leftOut }
}

const hooksOf = (spec: InstanceSpec): CommandSpec[] =>
  [...spec.beforeSwitch, ...spec.afterSwitch].filter(({ once }) => spec.first || !once)

const hooks = (spec: InstanceSpec, steps: readonly CommandSpec[], outer: Context): RunStep[] =>
  steps.filter(({ once }) => spec.first || !once).map((step) => hook(step, outer))

function hook(spec: CommandSpec, outer: Context): RunStep {
  const text = render(spec.command, 'log')
  return { ...commandStep(spec, outer), lines: text === spec.title ? [] : text.split('\n') }
}
