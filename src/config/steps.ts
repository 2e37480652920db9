import { type Command, render } from '../shell/command.js'
import { type Context, emptyContext, nest } from '../shell/context.js'
import { commandOf } from './command-text.js'
import type { Path } from './diagnostic.js'
import { envOf } from './env.js'
import { layer } from './names.js'
import type { StepInput, StepMap } from './schema-step.js'
import type { Scope } from './scope.js'
import type { StepSpec } from './spec.js'
import { user as userName } from './values.js'

/** What the steps around a step say for it. */
interface Outer extends Omit<StepSpec, 'command' | 'title'> {
  /** `migrate: `, the title of a list of steps, in front of each of theirs. */
  readonly heading: string
}

const outermost: Outer = { context: emptyContext, retries: 0, warnOnly: false, once: false, heading: '' }

/** Steps as written, for one target: lists are laid flat, with what surrounds them nested into each step. */
export function resolveSteps(
  steps: readonly StepInput[],
  path: Path,
  scope: Scope,
  outer: Outer = outermost,
): StepSpec[] {
  return steps.flatMap((step, i) => resolveStep(step, [...path, i], scope, outer))
}

export function resolveStep(step: StepInput, path: Path, scope: Scope, outer: Outer = outermost): StepSpec[] {
  if (typeof step === 'string') return [single(step, path, scope, outer)]
  const key = step.run === undefined ? 'sudo' : 'run'
  const work = step[key]!
  const inner = within(outer, step, path, scope)
  const title = step.title === undefined ? undefined : scope.text(step.title, [...path, 'title'])
  if (typeof work === 'string') return [single(work, [...path, key], scope, inner, title)]
  const heading = title === undefined ? inner.heading : `${inner.heading}${title}: `
  return resolveSteps(work, [...path, key], scope, { ...inner, heading })
}

function single(text: string, path: Path, scope: Scope, { heading, ...outer }: Outer, title?: string): StepSpec {
  const command = commandOf(text, path, scope)
  return { title: heading + (title ?? titleOf(command)), command, ...outer }
}

/** The command's first line: what it is, for most. */
function titleOf(command: Command): string {
  const lines = render(command, 'log').trim().split('\n')
  return lines.length === 1 ? lines[0]! : `${lines[0]} …`
}

function within(outer: Outer, step: StepMap, path: Path, scope: Scope): Outer {
  const timeout = step.timeout === undefined ? outer.timeout : secondsOf(step.timeout)
  return {
    heading: outer.heading,
    context: nest(outer.context, contextOf(step, path, scope)),
    ...(timeout === undefined ? {} : { timeout }),
    retries: step.retries ?? outer.retries,
    warnOnly: step.warn_only ?? outer.warnOnly,
    once: step.once ?? outer.once,
  }
}

function contextOf(step: StepMap, path: Path, scope: Scope): Context {
  const texts = (key: 'prefix' | 'path') =>
    [step[key] ?? []]
      .flat()
      .map((text, i) => [text, typeof step[key] === 'string' ? [...path, key] : [...path, key, i]] as const)
  const user = userOf(step, path, scope)
  return {
    env: envOf(layer([step.env, [...path, 'env']]), scope),
    path: texts('path').map(([folder, at]) => scope.text(folder, at)),
    prefixes: texts('prefix').map(([command, at]) => commandOf(command, at, scope)),
    ...(step.cd === undefined ? {} : { cwd: scope.text(step.cd, [...path, 'cd']) }),
    ...(user === undefined ? {} : { user }),
    ...(step.shell === undefined ? {} : { shell: step.shell }),
    ...(step.hooks === undefined ? {} : { hooks: step.hooks }),
  }
}

function userOf(step: StepMap, path: Path, scope: Scope): string | undefined {
  if (step.sudo !== undefined && step.user !== undefined)
    scope.findings.report([...path, 'user'], 'sudo is run with user: root', { hint: 'write run instead of sudo' })
  if (step.sudo !== undefined) return 'root'
  return step.user === undefined ? undefined : scope.checkedText(userName, step.user, [...path, 'user'])
}

const unitSeconds = { s: 1, m: 60, h: 3600 }

/** `30s`, `5m`, `1h`, or a number of seconds. */
function secondsOf(written: string | number): number {
  if (typeof written === 'number') return written
  return Number(written.slice(0, -1)) * unitSeconds[written.slice(-1) as 's' | 'm' | 'h']
}
