import { type Config, type Target as ConfigTarget, isInstance, type TaskInfo } from '../config/config.js'
import type { ParamValues } from '../config/params.js'
import type { Rollout } from '../config/rollout.js'
import { selectInstances } from '../config/select.js'
import { shardText } from '../config/shard.js'
import type { HostSpec } from '../config/spec.js'
import type { TaskCall } from '../config/task-call.js'
import { namesOf, taskSteps, taskTargets } from '../config/tasks.js'
import { VenvoyError } from '../errors.js'
import { endedWell, type Target, type TargetResult } from '../events.js'
import { hostContext, instanceContext } from '../operations/context.js'
import { taskStep } from '../operations/task-step.js'
import { inBatches } from '../run/batches.js'
import type { KnownTask } from '../run/call-task.js'
import { assertApart } from '../run/downloads-apart.js'
import { type DynamicTarget, runDynamic } from '../run/dynamic.js'
import { emitEnd, unreached } from '../run/hosts.js'
import { placeOf, type Run } from '../run/run.js'
import { settleOf, type TargetSteps } from '../run/target-steps.js'
import type { Task } from '../run/task.js'
import { runTasks } from '../run/tasks.js'
import type { Sources } from '../source/read-sources.js'
import { chooseHosts, selectionOf } from './choose.js'
import type { Options } from './options.js'
import { withOptions } from './rollout.js'
import type { TaskEntry, TaskRegistry } from './task-registry.js'

/** A task of the file or of `tasks/`, with what it will run on. */
export type Chosen =
  | { readonly name: string; readonly rollout: Rollout; readonly targets: readonly TargetSteps[] }
  | {
      readonly name: string
      readonly rollout: Rollout
      readonly task: Task
      readonly targets: readonly DynamicTarget[]
    }

/** What tasks are chosen from. */
export interface Project {
  readonly config: Config
  /** The folder of deploy.yml. */
  readonly base: string
  readonly registry: TaskRegistry
}

/** Runs tasks, one after the other; a failure keeps those that follow from running. */
export async function runInOrder(run: Run, chosen: readonly Chosen[]): Promise<TargetResult[]> {
  const results: TargetResult[] = []
  for (const each of chosen) {
    const hasFailed = results.some((result) => !endedWell(result))
    results.push(...(hasFailed ? skipped(run, each, results) : await runChosen(run, each)))
  }
  return results
}

/** What a failure before it has kept from running: it is reported, and there for `--retry-failed`. */
function skipped(run: Run, { targets }: Chosen, before: readonly TargetResult[]): TargetResult[] {
  const isOver = (place: Target) =>
    before.some((result) => result.host === place.host && result.instance === place.instance && !endedWell(result))
  return targets
    .map(({ host, instance }) => placeOf(host.name, instance))
    .filter((place) => !isOver(place))
    .map((place) => emitEnd(run, unreached(run, place, undefined)))
}

/** The same with what their steps take from this machine. Throws a VenvoyError where it is not there, before anything is contacted. */
export function readSources(chosen: readonly Chosen[], sources: Sources): Promise<Chosen[]> {
  return Promise.all(
    chosen.map(async (each): Promise<Chosen> => {
      if ('task' in each) return each
      const targets = await Promise.all(each.targets.map((target) => readTarget(target, sources)))
      assertApart(targets)
      return { ...each, targets }
    }),
  )
}

async function readTarget(target: TargetSteps, sources: Sources): Promise<TargetSteps> {
  const { settle } = target
  return {
    ...target,
    steps: await sources.read(target.steps),
    ...(settle && { settle: { ...settle, from: async (facts) => sources.read(await settle.from(facts)) } }),
  }
}

/** Every target of any of the tasks, once. */
export function distinctTargets(chosen: readonly Chosen[]): readonly Target[] {
  const named = chosen.flatMap(({ targets }) => targets.map(({ host, instance }) => placeOf(host.name, instance)))
  return [...new Map(named.map((target) => [JSON.stringify(target), target])).values()]
}

function runChosen(run: Run, chosen: Chosen): Promise<TargetResult[]> {
  const { rollout } = chosen
  if (!('task' in chosen))
    return inBatches(run, chosen.targets, rollout, (batch, targets) => runTasks(batch, targets, 'finish'))
  return inBatches(run, chosen.targets, rollout, (batch, targets) => runDynamic(batch, chosen.task, targets))
}

/** The tasks of the file that calls may run: one in code may call any of them. */
export const tasksCalledBy = (calls: readonly TaskCall<TaskEntry>[]): readonly string[] | 'all' =>
  calls.some(({ task }) => 'task' in task) ? 'all' : calls.map(({ task }) => task.name)

/** What a call will run on: what the task's `on` names, narrowed by the options. Throws where nothing is left. */
export function chooseTask(project: Project, { task: entry, values }: TaskCall<TaskEntry>, options: Options): Chosen {
  const { config, base, registry } = project
  const { name } = entry
  const targets = narrowed(config, entry.on, options)
  if (targets.length === 0 && options.shard === undefined) throw noTargets(name)
  assertDivisible(entry, config, options)
  if ('info' in entry) {
    return {
      name,
      rollout: withOptions(entry.info.rollout, options),
      targets: targets.map((target) => {
        const steps = (settled: ConfigTarget) => stepsOf(project, name, settled, values)
        return { ...placed(target), steps: steps(target), ...(isInstance(target) && settleOf(target, steps)) }
      }),
    }
  }
  return {
    name,
    rollout: withOptions(undefined, options),
    task: entry.task,
    targets: targets.map((target) => {
      const inCode = (settled: ConfigTarget): DynamicTarget => {
        const find = (called: string) => known(project, registry.find(called), settled)
        const names = namesOf(config.project, settled)
        return { ...placed(settled), context: contextOf(settled), names, folder: base, values, find }
      }
      return { ...inCode(target), ...(isInstance(target) && settleOf(target, inCode)) }
    }),
  }
}

/** A task as others can call it on a target. */
function known(project: Project, entry: TaskEntry, target: ConfigTarget): KnownTask {
  const { name, params } = entry
  if ('task' in entry) return { name, params, task: entry.task }
  return { name, params, stepsOf: (values, context) => stepsOf(project, name, target, values, context) }
}

function stepsOf(
  { config, base }: Project,
  name: string,
  target: ConfigTarget,
  values: ParamValues,
  context = contextOf(target),
): TargetSteps['steps'] {
  const isFirst = !isInstance(target) || target.first
  const steps = taskSteps(config, name, target, values).steps.filter(({ once }) => !once || isFirst)
  return steps.map((step) => taskStep(step, context, base))
}

/** What a task's `on:` names, narrowed by the options. */
function narrowed(config: Config, on: TaskInfo['on'], options: Options): readonly ConfigTarget[] {
  const named = taskTargets(config, on)
  // Of a kind that the task does not name, the options need not leave any.
  const selected = new Set<ConfigTarget>([
    ...(named.some(isInstance) ? selectInstances(config, selectionOf([], options)) : []),
    ...(named.every(isInstance) ? [] : chooseHosts(config, options)),
  ])
  return named.filter((target) => selected.has(target))
}

const contextOf = (target: ConfigTarget) => (isInstance(target) ? instanceContext(target) : hostContext(target))

const placed = (target: ConfigTarget): { host: HostSpec; instance?: string } =>
  isInstance(target) ? { host: target.host, instance: target.name } : { host: target }

/** Hosts in batches are counted over all of them; jobs side by side know nothing of one another. Instances stay whole. */
function assertDivisible(entry: TaskEntry, config: Config, { shard, serial }: Options): void {
  if (shard === undefined || serial !== undefined || taskTargets(config, entry.on).every(isInstance)) return
  if (!('info' in entry) || entry.info.rollout?.serial === undefined) return
  throw new VenvoyError({
    kind: 'config',
    what: `task ${entry.name} goes from host to host in batches: parts that run side by side would not`,
    next: `leave out --shard ${shardText(shard)}; or say --serial, which then counts within the part`,
  })
}

const noTargets = (name: string) =>
  new VenvoyError({
    kind: 'config',
    what: `task ${name}: nothing is left to run it on`,
    next: "widen -i, -H, -g or -x, or the task's on:",
  })
