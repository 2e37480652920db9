import { type Command, render } from '../shell/command.js'
import { type Context, emptyContext, nest, withEnv } from '../shell/context.js'
import { describeCircle } from './circle.js'
import { commandOf } from './command-text.js'
import { answerOf, type Condition } from './condition.js'
import { contentNames } from './content.js'
import type { Path } from './diagnostic.js'
import { envOfNames } from './env.js'
import { fileKindOf, fileWorkOf, reportForeignKeys } from './file-step.js'
import { paramNames, paramsIn } from './params.js'
import type { Scalar } from './scalar.js'
import { fileKinds } from './schema-file-step.js'
import type { StepInput, StepMap, TaskInput } from './schema-step.js'
import type { Scope } from './scope.js'
import { secondsOf } from './seconds.js'
import type { CommandSpec, FileSpec, StepSpec } from './spec.js'
import { conditionOf } from './step-condition.js'
import { contextOf } from './step-context.js'
import { inputOf, refuseInput } from './step-input.js'
import { suggest } from './suggest.js'
import { valuesTold } from './told.js'
import { waitCommand } from './wait-command.js'

export type Tasks = Readonly<Record<string, TaskInput>>

interface TaskReading {
  /** Default: nothing surrounds them. */
  readonly context?: Context
  /** The values of the task's parameters are only examples. */
  readonly isExample?: boolean
}

/** The steps of a task for one target: lists are laid flat, with what surrounds them nested into each step. */
export const resolveTask = (
  name: string,
  scope: Scope,
  tasks: Tasks,
  { context = emptyContext, isExample = false }: TaskReading = {},
): StepSpec[] =>
  new StepReader(scope.findings, tasks, { isHook: false, isExample }).task(name, scope, {
    ...outermost,
    context,
    trail: [name],
  })

/** The same for the steps of a deploy, which are part of its program: nothing in them waits for a result or a person. */
export const resolveHooks = (steps: readonly StepInput[], path: Path, scope: Scope, tasks: Tasks): CommandSpec[] =>
  new StepReader(scope.findings, tasks, { isHook: true, isExample: false })
    .steps(steps, path, scope, outermost)
    .filter((step): step is CommandSpec => step.kind === 'run')

/** What the steps around a step say for it. */
interface Outer extends Omit<CommandSpec, 'kind' | 'command' | 'title' | 'register' | 'until'> {
  /** `migrate: `, the title of a list of steps, in front of each of theirs. */
  readonly heading: string
  /** The tasks that lead here, for those that call one another in a circle. */
  readonly trail: readonly string[]
}

const outermost: Outer = { context: emptyContext, retries: 0, warnOnly: false, once: false, heading: '', trail: [] }

const onlyInTasks = ['local', 'confirm', 'register', 'until', ...fileKinds] as const

class StepReader {
  /** Results that steps so far have registered. */
  readonly #registered = new Set<string>()

  constructor(
    private readonly findings: Scope['findings'],
    private readonly tasks: Tasks,
    private readonly of: { readonly isHook: boolean; readonly isExample: boolean },
  ) {}

  task(name: string, scope: Scope, outer: Outer): StepSpec[] {
    const written = this.tasks[name]!
    const path = ['tasks', name]
    return Array.isArray(written) ? this.steps(written, path, scope, outer) : this.step(written, path, scope, outer)
  }

  steps(steps: readonly StepInput[], path: Path, scope: Scope, outer: Outer): StepSpec[] {
    return steps.flatMap((step, i) => this.step(step, [...path, i], scope, outer))
  }

  step(step: StepInput, path: Path, scope: Scope, outer: Outer): StepSpec[] {
    if (typeof step === 'string') return [ready(this.#command(step, path, scope, outer))]
    if (this.of.isHook) this.#refuse(step, path)
    if (step.loop === undefined) return this.#single(step, path, scope, outer)
    return step.loop.flatMap((item) => {
      const names = itemNames(item)
      const inner = scope.with(names)
      const context = withEnv(outer.context, envOfNames(names))
      return this.#single(step, path, inner, { ...outer, context })
    })
  }

  #refuse(step: StepMap, path: Path): void {
    for (const key of onlyInTasks) {
      if (step[key] === undefined) continue
      this.findings.report([...path, key], 'can stand in tasks only, not in the steps of a deploy', { isKey: true })
    }
  }

  #single(step: StepMap, path: Path, scope: Scope, outer: Outer): StepSpec[] {
    const when = this.#when(step, path, scope, outer)
    const inner = within(outer, step, path, scope)
    // What cannot hold is kept all the same: it is said that it was skipped.
    return this.#kind(step, path, scope, when === undefined || answerOf(when) ? inner : { ...inner, when })
  }

  #kind(step: StepMap, path: Path, scope: Scope, inner: Outer): StepSpec[] {
    if (step.with !== undefined && step.task === undefined)
      this.findings.report([...path, 'with'], 'is for task: what that is told', { isKey: true })
    const title = step.title === undefined ? undefined : scope.text(step.title, [...path, 'title'])
    if (typeof (step.run ?? step.sudo ?? step.local) !== 'string') refuseInput(step, path, scope)
    const titled = { ...inner, heading: title === undefined ? inner.heading : `${inner.heading}${title}: ` }
    if (step.confirm !== undefined) {
      const question = scope.text(step.confirm, [...path, 'confirm'])
      const { once, when } = inner
      return [{ kind: 'confirm', title: inner.heading + (title ?? question), once, question, ...(when && { when }) }]
    }
    if (step.task !== undefined) return this.#called({ ...step, task: step.task }, path, scope, titled)
    const own = this.#own(step, path, scope)
    if (step.wait !== undefined) {
      const wait = waitCommand(step.wait, [...path, 'wait'], scope)
      return [{ ...ready({ ...wait, ...bare(inner) }), ...own, title: inner.heading + (title ?? wait.title) }]
    }
    if (fileKindOf(step) !== undefined) return [this.#file(step, path, scope, { ...inner, ...own }, title)]
    const key = step.local !== undefined ? 'local' : step.run !== undefined ? 'run' : 'sudo'
    const work = step[key]!
    if (typeof work !== 'string') {
      for (const name of ['register', 'until'] as const)
        if (step[name] !== undefined) this.findings.report([...path, name], 'is for a single command, not for a list')
      return this.steps(work, [...path, key], scope, titled)
    }
    const input = inputOf(step, path, scope)
    const command = { ...this.#command(work, [...path, key], scope, inner, title), ...own, ...input }
    if (key !== 'local') return [ready(command)]
    // What surrounds a step is meant for the host; only env means the same here.
    const context = nest(withEnv(emptyContext, inner.context.env), contextOf(step, path, scope))
    return [{ ...ready(command), kind: 'local', context }]
  }

  #file(step: StepMap, path: Path, scope: Scope, inner: Outer, title?: string): FileSpec {
    const kind = fileKindOf(step)!
    reportForeignKeys(step, kind, path, scope)
    const names = contentNames(scope.names, { ...scope.env, ...inner.context.env })
    const found = fileWorkOf(step, kind, path, scope, names)
    const { okCodes: _, until: __, ...rest } = { until: undefined, ...bare(inner) }
    return { ...rest, kind: 'file', title: inner.heading + (title ?? found.title), work: found.work }
  }

  #command(text: string, path: Path, scope: Scope, { heading, trail: _, ...outer }: Outer, title?: string) {
    const command = commandOf(text, path, scope)
    return { title: heading + (title ?? titleOf(command)), command, ...outer }
  }

  #called(step: StepMap & { task: string }, within: Path, scope: Scope, outer: Outer): StepSpec[] {
    const path = [...within, 'task']
    const name = scope.text(step.task, path)
    if (!Object.hasOwn(this.tasks, name)) {
      const hint = suggest(name, Object.keys(this.tasks))
      this.findings.report(path, `unknown task ${JSON.stringify(name)}`, { hint })
      return []
    }
    if (outer.trail.includes(name)) {
      this.findings.report(path, describeCircle(outer.trail, name))
      return []
    }
    const params = paramsIn(this.tasks[name]!)
    const { isExample } = this.of
    const values = valuesTold({ name, params }, step.with ?? {}, { path: [...within, 'with'], scope, isExample })
    const names = paramNames(params, values)
    const inner = scope.with(names)
    const context = withEnv(outer.context, envOfNames(new Map(names)))
    return this.task(name, inner, { ...outer, context, trail: [...outer.trail, name] })
  }

  #when(step: StepMap, path: Path, scope: Scope, outer: Outer): Condition | undefined {
    if (step.when === undefined) return outer.when
    const own = conditionOf(step.when, [...path, 'when'], scope, this.#registered)
    return outer.when === undefined ? own : { kind: 'and', left: outer.when, right: own }
  }

  /** What holds for this step alone. */
  #own(step: StepMap, path: Path, scope: Scope): Pick<CommandSpec, 'register' | 'until' | 'delay'> {
    const at = [...path, 'until']
    const until = step.until === undefined ? undefined : conditionOf(step.until, at, scope, this.#registered, true)
    if (until !== undefined && !step.retries)
      this.findings.report(at, 'needs retries: how often it is tried again', { isKey: true })
    if (step.register !== undefined) this.#registered.add(step.register)
    return {
      ...(step.register !== undefined && { register: step.register }),
      ...(until !== undefined && { until, ...(step.delay === undefined && { delay: 1 }) }),
    }
  }
}

const ready = (command: Omit<CommandSpec, 'kind'>): CommandSpec => ({ kind: 'run', ...command })

const bare = ({ heading: _, trail: __, ...outer }: Outer) => outer

// item   item.name
const itemNames = (item: Scalar | Readonly<Record<string, Scalar>>): Map<string, Scalar> =>
  typeof item === 'object' && item !== null
    ? new Map(Object.entries(item).map(([name, value]) => [`item.${name}`, value]))
    : new Map([['item', item]])

/** The command's first line: what it is, for most. */
function titleOf(command: Command): string {
  const lines = render(command, 'log').trim().split('\n')
  return lines.length === 1 ? lines[0]! : `${lines[0]} …`
}

function within(outer: Outer, step: StepMap, path: Path, scope: Scope): Outer {
  const timeout = step.timeout === undefined ? outer.timeout : secondsOf(step.timeout)
  const delay = step.delay === undefined ? outer.delay : secondsOf(step.delay)
  const okCodes = step.ok_codes ?? outer.okCodes
  const always = step.always ?? outer.always
  const context: Context = step.local === undefined ? nest(outer.context, contextOf(step, path, scope)) : outer.context
  return {
    heading: outer.heading,
    trail: outer.trail,
    context,
    retries: step.retries ?? outer.retries,
    warnOnly: step.warn_only ?? outer.warnOnly,
    once: step.once ?? outer.once,
    ...(timeout !== undefined && { timeout }),
    ...(delay !== undefined && { delay }),
    ...(okCodes !== undefined && { okCodes }),
    ...(always !== undefined && { always }),
  }
}
