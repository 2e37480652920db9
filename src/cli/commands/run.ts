import { type Config, type Target as ConfigTarget, isInstance, type TaskInfo } from '../../config/config.js'
import type { Rollout } from '../../config/rollout.js'
import { selectInstances } from '../../config/select.js'
import type { HostSpec } from '../../config/spec.js'
import { suggest } from '../../config/suggest.js'
import { taskSteps, taskTargets } from '../../config/tasks.js'
import { VenvoyError } from '../../errors.js'
import type { Target, TargetResult } from '../../events.js'
import { hostContext, instanceContext } from '../../operations/context.js'
import { taskStep } from '../../operations/task-step.js'
import { inBatches } from '../../run/batches.js'
import { type DynamicTarget, runDynamic } from '../../run/dynamic.js'
import { emitEnd, unreached } from '../../run/hosts.js'
import { placeOf, type Run } from '../../run/run.js'
import type { Task } from '../../run/task.js'
import { runTasks, type TargetSteps } from '../../run/tasks.js'
import { againWith } from '../again.js'
import { chooseHosts, selectionOf } from '../choose.js'
import { loadConfig } from '../load.js'
import { loadTasks } from '../load-tasks.js'
import type { Options } from '../options.js'
import { leftOver, type Retry, retryOf } from '../retry.js'
import { withOptions } from '../rollout.js'
import { cacheFolder, startRun } from '../start-run.js'
import type { World } from '../world.js'

/** A task of the file or of `tasks/`, with what it will run on. */
type Chosen =
  | { readonly name: string; readonly rollout: Rollout; readonly targets: readonly TargetSteps[] }
  | {
      readonly name: string
      readonly rollout: Rollout
      readonly task: Task
      readonly targets: readonly DynamicTarget[]
    }

/** `venvoy run TASK…`: one task after the other; a failure stops those that follow. */
export async function runNamed(world: World, names: readonly string[], given: Options): Promise<number> {
  const retry = retryOf(world, given, ['run', ...names])
  const { options } = retry
  const { config, base, notes, assertSecrets } = await loadConfig(world, options)
  const own = await loadTasks(base, cacheFolder(world))
  const chosen = leftOfEach(
    names.map((name) => choose(config, base, own, name, options)),
    retry,
  )
  const selection = distinctTargets(chosen)
  assertSecrets(selection)
  assertAnswers(world, chosen, options)
  const settings = {
    command: 'run',
    words: names,
    options,
    selection,
    hosts: config.hosts,
    notes: [...retry.notes, ...notes],
    secrets: config.secrets.values(),
    again: againWith('run', options, names),
  }
  return startRun(world, settings, async (run) => {
    const results: TargetResult[] = []
    for (const each of chosen) {
      const hasFailed = results.some(({ outcome }) => outcome !== 'ok')
      results.push(...(hasFailed ? skipped(run, each, results) : await runChosen(run, each)))
    }
    return results
  })
}

/** Questions want somebody to answer them: that is known before anything is contacted. */
function assertAnswers(world: World, chosen: readonly Chosen[], options: Options): void {
  if (options.yes || world.ask !== undefined) return
  const steps = chosen.flatMap((each) => ('task' in each ? [] : each.targets.flatMap((target) => target.steps)))
  const asking = steps.find((step) => step.kind === 'confirm')
  if (asking === undefined) return
  throw new VenvoyError({
    kind: 'config',
    what: `${asking.title} cannot be asked: there is no terminal`,
    next: 'add --yes, which answers yes',
  })
}

/** What a failure before it has kept from running: it is reported, and there for `--retry-failed`. */
function skipped(run: Run, { targets }: Chosen, before: readonly TargetResult[]): TargetResult[] {
  const isOver = (place: Target) =>
    before.some(({ host, instance, outcome }) => host === place.host && instance === place.instance && outcome !== 'ok')
  return targets
    .map(({ host, instance }) => placeOf(host.name, instance))
    .filter((place) => !isOver(place))
    .map((place) => emitEnd(run, unreached(run, place, undefined)))
}

/** The tasks with the targets that a repetition is about; a task that has none of them is done. */
function leftOfEach(chosen: readonly Chosen[], retry: Retry<Options>): readonly Chosen[] {
  leftOver(distinctTargets(chosen), retry, (target) => target)
  return chosen
    .map((each): Chosen => {
      const isLeft = ({ host, instance }: DynamicTarget | TargetSteps) => retry.isLeft(placeOf(host.name, instance))
      return 'task' in each
        ? { ...each, targets: each.targets.filter(isLeft) }
        : { ...each, targets: each.targets.filter(isLeft) }
    })
    .filter(({ targets }) => targets.length > 0)
}

/** Every target of any of the tasks, once. */
function distinctTargets(chosen: readonly Chosen[]): readonly Target[] {
  const named = chosen.flatMap(({ targets }) => targets.map(({ host, instance }) => placeOf(host.name, instance)))
  return [...new Map(named.map((target) => [JSON.stringify(target), target])).values()]
}

function runChosen(run: Run, chosen: Chosen): Promise<TargetResult[]> {
  const { rollout } = chosen
  if (!('task' in chosen))
    return inBatches(run, chosen.targets, rollout, (batch, targets) => runTasks(batch, targets, 'finish'))
  return inBatches(run, chosen.targets, rollout, (batch, targets) => runDynamic(batch, chosen.task, targets))
}

function choose(config: Config, base: string, own: ReadonlyMap<string, Task>, name: string, options: Options): Chosen {
  const inFile = config.tasks.find((task) => task.name === name)
  const task = own.get(name)
  if (inFile === undefined && task === undefined)
    throw unknownTask(name, [...config.tasks.map((each) => each.name), ...own.keys()])
  const on = inFile?.on ?? task?.on ?? 'instances'
  const targets = narrowed(config, on, options)
  if (targets.length === 0) throw noTargets(name)
  const rollout = withOptions(inFile?.rollout, options)
  if (inFile !== undefined) {
    return {
      name,
      rollout,
      targets: targets.map((target) => ({ ...placed(target), steps: stepsOf(config, base, name, target) })),
    }
  }
  return {
    name,
    rollout,
    task: task!,
    targets: targets.map((target) => ({ ...placed(target), context: contextOf(target), folder: base })),
  }
}

function stepsOf(config: Config, base: string, name: string, target: ConfigTarget): TargetSteps['steps'] {
  const isFirst = !isInstance(target) || target.first
  const steps = taskSteps(config, name, target).steps.filter(({ once }) => !once || isFirst)
  return steps.map((step) => taskStep(step, contextOf(target), base))
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

function unknownTask(name: string, known: readonly string[]): VenvoyError {
  return new VenvoyError({
    kind: 'config',
    what: `no task ${JSON.stringify(name)} in deploy.yml or tasks/ (${suggest(name, known)})`,
    next: 'venvoy list',
  })
}

const noTargets = (name: string) =>
  new VenvoyError({
    kind: 'config',
    what: `task ${name}: nothing is left to run it on`,
    next: "widen -i, -H, -g or -x, or the task's on:",
  })
