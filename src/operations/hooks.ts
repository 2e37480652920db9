import type { CommandSpec, InstanceSpec } from '../config/spec.js'
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

const hooks = (spec: InstanceSpec, steps: readonly CommandSpec[], outer: Context): RunStep[] =>
  steps.filter(({ once }) => spec.first || !once).map((step) => hook(step, outer))

function hook(spec: CommandSpec, outer: Context): RunStep {
  const text = render(spec.command, 'log')
  return { ...commandStep(spec, outer), lines: text === spec.title ? [] : text.split('\n') }
}
