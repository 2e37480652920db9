import { answerOf } from '../../config/condition.js'
import type { Config } from '../../config/config.js'
import { readCalls } from '../../config/task-call.js'
import { inOrder } from '../../config/task-order.js'
import { helpOf } from '../../config/task-usage.js'
import { VenvoyError } from '../../errors.js'
import type { HostFacts } from '../../facts/facts.js'
import type { TaskStep } from '../../operations/step.js'
import type { DynamicTarget } from '../../run/dynamic.js'
import { placeOf } from '../../run/run.js'
import type { TargetSteps } from '../../run/target-steps.js'
import { Sources } from '../../source/read-sources.js'
import { againWith } from '../again.js'
import { type Chosen, chooseTask, distinctTargets, readSources, runInOrder, tasksCalledBy } from '../chosen-task.js'
import { loadConfig } from '../load.js'
import { loadTasks } from '../load-tasks.js'
import type { Options } from '../options.js'
import { cacheFolder } from '../places.js'
import { leftOver, type Retry, retryOf } from '../retry.js'
import { startRun } from '../start-run.js'
import { taskRegistry } from '../task-registry.js'
import type { World } from '../world.js'

/**
 * `venvoy run TASK…`: one task after the other; a failure stops those that follow. `words`: names, each with the task's options.
 * `own`: the options that are venvoy's.
 */
export async function runNamed(
  world: World,
  words: readonly string[],
  given: Options,
  own: readonly string[],
): Promise<number> {
  const retry = retryOf(world, given, ['run', ...words])
  const { options } = retry
  const { config: initial, base, notes, withSecrets } = await loadConfig(world, options)
  const registry = taskRegistry(initial, await loadTasks(base, cacheFolder(world)))
  const read = readCalls(words, { find: registry.find, own })
  if ('help' in read) {
    world.stdout.write(`${helpOf(read.help)}\n`)
    return 0
  }
  const calls = inOrder(read.calls, registry.needed)
  const sourceNotes: string[] = []
  const sources = new Sources((text) => sourceNotes.push(text))
  const choose = (config: Config) =>
    leftOfEach(
      calls.map((call) => chooseTask({ config, base, registry }, call, options)),
      retry,
    )
  const selection = distinctTargets(choose(initial))
  const filled = await withSecrets({ targets: selection, tasks: tasksCalledBy(calls) })
  const { config } = filled
  const called = choose(config)
  const { dryRun = false } = options
  if (dryRun) assertKnown(called)
  const chosen = (await readSources(called, sources)).map((each) => (dryRun ? looking(each) : each))
  if (!dryRun) assertAnswers(world, chosen, options)
  const settings = {
    command: 'run',
    words,
    options,
    dryRun,
    selection,
    hosts: config.hosts,
    instances: config.instances,
    notes: [...retry.notes, ...notes, ...filled.notes, ...sourceNotes],
    secrets: config.secrets.values(),
    again: againWith('run', options, words),
  }
  return startRun(world, settings, (run) => runInOrder(run, chosen))
}

/** What code would do is not known before it runs. */
function assertKnown(chosen: readonly Chosen[]): void {
  const code = chosen.find((each) => 'task' in each)
  if (code === undefined) return
  throw new VenvoyError({
    kind: 'config',
    what: `task ${code.name} is code: what it would do shows only when it runs`,
    next: 'run it without --dry-run, on one host first: -H HOST',
  })
}

/** The same, with steps that only look. */
function looking(chosen: Chosen): Chosen {
  if ('task' in chosen) return chosen
  const look = (steps: readonly TaskStep[]) =>
    steps.map((step) => (step.kind === 'file' ? { ...step, check: true } : step))
  const targets = chosen.targets.map(({ settle, ...target }) => ({
    ...target,
    steps: look(target.steps),
    ...(settle && { settle: { ...settle, from: async (facts: HostFacts) => look(await settle.from(facts)) } }),
  }))
  return { ...chosen, targets }
}

/** Questions want somebody to answer them: that is known before anything is contacted. */
function assertAnswers(world: World, chosen: readonly Chosen[], options: Options): void {
  if (options.yes || world.ask !== undefined) return
  const steps = chosen.flatMap((each) => ('task' in each ? [] : each.targets.flatMap((target) => target.steps)))
  const asking = steps.find(({ kind, when }) => kind === 'confirm' && (when === undefined || answerOf(when) !== false))
  if (asking === undefined) return
  throw new VenvoyError({
    kind: 'config',
    what: `${asking.title} cannot be asked: there is no terminal`,
    next: 'add --yes, which answers yes',
  })
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
