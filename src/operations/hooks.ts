import type { InstanceSpec, StepSpec } from '../config/spec.js'
import { render } from '../shell/command.js'
import { type Context, nest } from '../shell/context.js'
import type { RunStep } from './step.js'

/** The user's commands at a point of a deploy, in the context that belongs to that point. */
export function hooks(spec: InstanceSpec, steps: readonly StepSpec[], outer: Context): RunStep[] {
  return steps.filter(({ once }) => spec.first || !once).map((step) => hook(step, outer))
}

function hook({ title, command, context, timeout, retries, warnOnly }: StepSpec, outer: Context): RunStep {
  const text = render(command, 'log')
  return {
    kind: 'run',
    title,
    lines: text === title ? [] : text.split('\n'),
    ...(timeout !== undefined && { timeout }),
    command,
    context: nest(outer, context),
    retries,
    warnOnly,
  }
}
