import type { CommandSpec, StepSpec } from '../config/spec.js'
import { type Context, emptyContext, nest, withEnv, within } from '../shell/context.js'
import type { RunStep, TaskStep } from './step.js'

/** A command of the file in the context of its target. */
export function commandStep(spec: CommandSpec, context: Context): RunStep {
  const { kind: _, once: __, ...rest } = spec
  return { ...rest, kind: 'run', lines: [], context: nest(context, spec.context) }
}

/**
 * A step of a task in the context of its target. Of that, only env means the same on this machine; `folder` is where local
 * commands begin.
 */
export function taskStep(spec: StepSpec, context: Context, folder: string): TaskStep {
  if (spec.kind === 'confirm') {
    const { title, question, when } = spec
    return { kind: 'confirm', title, lines: [], question, ...(when !== undefined && { when }) }
  }
  if (spec.kind === 'file') {
    const { once: _, ...rest } = spec
    return { ...rest, lines: [], context: nest(context, spec.context), folder }
  }
  if (spec.kind === 'run') return commandStep(spec, context)
  return { ...commandStep(spec, localContext(context, folder)), isLocal: true }
}

/** What surrounds commands on this machine. */
export const localContext = ({ env }: Context, folder: string): Context => within(withEnv(emptyContext, env), folder)
