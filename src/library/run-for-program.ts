import { dirname, resolve } from 'node:path'
import { chooseTask, distinctTargets, readSources, runInOrder, tasksCalledBy } from '../cli/chosen-task.js'
import { loadConfig } from '../cli/load.js'
import { type LoadedTask, loadTasks } from '../cli/load-tasks.js'
import type { Options } from '../cli/options.js'
import { cacheFolder } from '../cli/places.js'
import { codesOf } from '../cli/start-run.js'
import { taskRegistry } from '../cli/task-registry.js'
import type { World } from '../cli/world.js'
import type { Config } from '../config/config.js'
import { checked } from '../config/task-call.js'
import { inOrder } from '../config/task-order.js'
import { VenvoyError, worstExitCode } from '../errors.js'
import type { Report } from '../events.js'
import type { Params } from '../run/param.js'
import type { Run } from '../run/run.js'
import { asNeed, type Task } from '../run/task.js'
import { Sources } from '../source/read-sources.js'
import type { ProgramRunOptions } from './library-options.js'
import { type ProgramHost, programHosts, programRun, programWorld } from './program-run.js'

/** What a task is run on: a project with a file, or hosts by themselves. */
interface Ground {
  readonly config: Config
  readonly base: string
  readonly hosts: readonly ProgramHost[]
  readonly loaded: readonly LoadedTask[]
  readonly options: Options
  /** Absent: there is no file with secrets. */
  withSecrets?: Awaited<ReturnType<typeof loadConfig>>['withSecrets']
}

/** Runs a task with what it needs; what fails on hosts is in the report. */
export async function runForProgram<P extends Params>(
  task: Task<P> | string,
  options: ProgramRunOptions<P>,
): Promise<Report> {
  const world = programWorld(options)
  const ground = options.file === undefined ? onHosts(options) : await inProject(world, options)
  const { config, base } = ground
  const given = typeof task === 'string' ? [] : withNeeds(task as Task, ground.loaded)
  const registry = taskRegistry(config, [...ground.loaded, ...given])
  const entry =
    typeof task === 'string'
      ? registry.find(task)
      : registry.entries.find((each) => 'task' in each && each.task === (task as Task))!
  const calls = inOrder([{ task: entry, values: checked(entry, options.args ?? {}) }], registry.needed)
  const choose = (from: Config) =>
    calls.map((call) => {
      // Hosts by themselves are what is meant, whatever a task says of files that have instances.
      const here = options.file === undefined ? { ...call, task: { ...call.task, on: 'hosts' as const } } : call
      return chooseTask({ config: from, base, registry }, here, ground.options)
    })
  const selection = distinctTargets(choose(config))
  const filled = await ground.withSecrets?.({ targets: selection, tasks: tasksCalledBy(calls) })
  const notes: string[] = []
  const chosen = await readSources(choose(filled?.config ?? config), new Sources((text) => notes.push(text)))
  const { run, close } = programRun(world, ground.hosts, options)
  const command = `run ${entry.name}`
  const began = run.now()
  const hosts = [...new Set(selection.map(({ host }) => host))]
  run.emit({ type: 'run:start', command, hosts, targets: selection.length, selection })
  for (const text of notes) run.emit({ type: 'run:note', level: 'info', text })
  try {
    return reported(run, command, began, await runInOrder(run, chosen))
  } finally {
    await close()
  }
}

function reported(run: Run, command: string, began: number, results: Report['results']): Report {
  const exitCode = run.signal.aborted ? 130 : worstExitCode(results.flatMap(codesOf))
  const report = { command, results, exitCode, ms: run.now() - began }
  run.emit({ type: 'run:end', report })
  return report
}

function onHosts({ hosts = [], parallel = 64, failFast = false }: ProgramRunOptions): Ground {
  if (hosts.length === 0)
    throw new VenvoyError({ kind: 'config', what: 'run: there is nothing to run on', next: 'give hosts, or file' })
  const own = programHosts(hosts)
  const specs = own.map(({ spec }) => spec)
  return {
    config: { project: 'program', hosts: specs, groups: {}, instances: [], tasks: [], secrets: new Map() },
    base: process.cwd(),
    hosts: own,
    loaded: [],
    options: { parallel, failFast },
  }
}

async function inProject(world: World, options: ProgramRunOptions): Promise<Ground> {
  const { file = 'deploy.yml', hosts = [], instances, groups, exclude, parallel = 64, failFast = false } = options
  const names = hosts.filter((host) => typeof host === 'string')
  if (names.length < hosts.length)
    throw new VenvoyError({ kind: 'config', what: 'run: with a file, hosts are named as they are there' })
  const chosen: Options = {
    ...{ file: resolve(file), parallel, failFast },
    ...(names.length > 0 && { host: names }),
    ...(instances && { instance: instances }),
    ...(groups && { group: groups }),
    ...(exclude && { exclude }),
  }
  const { config, withSecrets } = await loadConfig(world, chosen)
  const base = dirname(resolve(file))
  const loaded = await loadTasks(base, cacheFolder(world))
  return { config, base, hosts: config.hosts.map((spec) => ({ spec })), loaded, options: chosen, withSecrets }
}

/** A task of the program with those that it needs, as if a file had exported them. */
function withNeeds(task: Task, loaded: readonly LoadedTask[], found: readonly LoadedTask[] = []): LoadedTask[] {
  const isKnown = (each: Task) => [...loaded, ...found].some((other) => other.task === each)
  if (isKnown(task)) return [...found]
  const taken = [...loaded, ...found].filter(({ short }) => short === task.description).length
  const name = taken === 0 ? task.description : `${task.description} (${taken + 1})`
  const own: LoadedTask = { name, short: task.description, where: 'the program', task }
  return task.needs.reduce<LoadedTask[]>(
    (all, written) => {
      const { task: need } = asNeed(written)
      return typeof need === 'string' ? all : withNeeds(need, loaded, all)
    },
    [...found, own],
  )
}
