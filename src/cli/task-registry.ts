import type { Config, TaskInfo } from '../config/config.js'
import { suggest } from '../config/suggest.js'
import type { Callable } from '../config/task-call.js'
import { assertNeeds, type Needing } from '../config/task-order.js'
import type { Described } from '../config/task-usage.js'
import { VenvoyError } from '../errors.js'
import { asNeed, paramsOf, type Task, type TaskTargets } from '../run/task.js'
import type { LoadedTask } from './load-tasks.js'

/** A task of the file or of `tasks/`, as people name it. */
export type TaskEntry = Needing &
  Described & { readonly on: TaskTargets } & ({ readonly info: TaskInfo } | { readonly task: Task })

/** All tasks of a project, in the order of the file and then of the files in `tasks/`. */
export interface TaskRegistry {
  readonly entries: readonly TaskEntry[]
  /** By its whole name, `db.migrate`, or by `migrate` if no other is called so. Throws a VenvoyError of kind `config`. */
  find(name: string): TaskEntry
  /** The same for what a task needs: in its own file first. */
  needed(name: string, by: TaskEntry): TaskEntry
}

/** Throws a VenvoyError of kind `config` for two tasks of one name, and for what is wrong with `needs` and `on`. */
export function taskRegistry(config: Config, loaded: readonly LoadedTask[]): TaskRegistry {
  const entries = [...config.tasks.map(inFile), ...loaded.map((each) => inCode(each, loaded))]
  assertDistinct(entries)
  const find = (name: string): TaskEntry => {
    const exact = entries.find((entry) => entry.name === name)
    if (exact !== undefined) return exact
    const called = loaded.filter(({ short }) => short === name)
    const [first, second] = called
    if (first === undefined) throw unknownTask(name, entries)
    if (second !== undefined && called.some(({ task }) => task !== first.task)) throw ambiguous(name, called)
    return entries.find((entry) => entry.name === first.name)!
  }
  const registry: TaskRegistry = {
    entries,
    find,
    needed(name, by) {
      const sibling = loaded.find((each) => each.where === by.where && each.short === name)
      try {
        return find(sibling?.name ?? name)
      } catch (error) {
        if (!(error instanceof VenvoyError)) throw error
        throw new VenvoyError({ ...error.failure, where: by.where, what: `needs: ${error.failure.what}` })
      }
    },
  }
  for (const entry of entries) assertSound(entry, registry, config)
  return registry
}

const inFile = (info: TaskInfo): TaskEntry => {
  const { name, description, on, params, needs } = info
  return { name, description, on, params, needs, where: `deploy.yml: tasks.${name}`, info }
}

function inCode({ name, task, where }: LoadedTask, all: readonly LoadedTask[]): TaskEntry {
  const needs = task.needs.map((written) => {
    const { task: need, with: told = {} } = asNeed(written)
    if (typeof need === 'string') return { task: need, with: told }
    const exported = all.find((other) => other.task === need)
    if (exported !== undefined) return { task: exported.name, with: told }
    const what = `needs: ${JSON.stringify(need.description)}, which is exported by no file in tasks/`
    throw new VenvoyError({ kind: 'config', where, what, next: 'write export in front of it' })
  })
  return { name, description: task.description, on: task.on, params: paramsOf(task), needs, where, task }
}

function assertDistinct(entries: readonly TaskEntry[]): void {
  for (const [i, { name, where }] of entries.entries()) {
    const twin = entries.slice(0, i).find((other) => other.name === name)
    if (twin === undefined) continue
    const what = `task ${name} is already in ${twin.where.split(': ')[0]}`
    throw new VenvoyError({ kind: 'config', where, what, next: 'rename one of them' })
  }
}

function assertSound(entry: TaskEntry, registry: TaskRegistry, config: Config): void {
  assertNeeds<TaskEntry>(entry, registry.needed)
  if (typeof entry.on === 'string' || 'info' in entry) return
  const places = [...config.instances, ...config.hosts].map(({ name }) => name).concat(Object.keys(config.groups))
  const unknown = entry.on.find((name) => !places.includes(name))
  if (unknown === undefined) return
  const hint = suggest(unknown, [...new Set(['instances', 'hosts', ...places])])
  const what = `on: unknown instance, host or group ${JSON.stringify(unknown)} (${hint})`
  throw new VenvoyError({ kind: 'config', where: `${entry.where}: ${entry.name}`, what })
}

function unknownTask(name: string, known: readonly Callable[]): VenvoyError {
  const hint = suggest(
    name,
    known.map((each) => each.name),
  )
  return new VenvoyError({
    kind: 'config',
    what: `no task ${JSON.stringify(name)} in deploy.yml or tasks/ (${hint})`,
    next: 'venvoy list',
  })
}

function ambiguous(name: string, called: readonly LoadedTask[]): VenvoyError {
  const names = called.map((each) => each.name)
  return new VenvoyError({
    kind: 'config',
    what: `several tasks are called ${name}`,
    why: [`there are: ${names.join(', ')}`],
    next: `venvoy run ${names[0]}`,
  })
}
