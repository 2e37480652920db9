import { VenvoyError } from '../errors.js'
import { describeCircle } from './circle.js'
import { Findings } from './findings.js'
import type { Need } from './needs.js'
import { exampleValues, type ParamValues, paramNames } from './params.js'
import { Scope } from './scope.js'
import { noSecrets } from './secrets.js'
import type { Callable, TaskCall } from './task-call.js'
import { usageOf } from './task-usage.js'
import { valuesTold } from './told.js'

/** A task that others may have to precede. */
export interface Needing extends Callable {
  /** Where it is written, for what is wrong with what it needs. */
  readonly where: string
  readonly needs: readonly Need[]
}

/**
 * The calls with all that they need, each behind what it needs and once a run for each thing it is told; otherwise in the order
 * given. Throws a VenvoyError of kind `config` for a circle, with its path, and for what cannot be needed.
 */
export function inOrder<T extends Needing>(
  calls: readonly TaskCall<T>[],
  find: (name: string, by: T) => T,
): TaskCall<T>[] {
  return new Order(find, false).of(calls)
}

/** Throws what `inOrder` would, whatever the task is told. */
export function assertNeeds<T extends Needing>(task: T, find: (name: string, by: T) => T): void {
  new Order(find, true).of([{ task, values: exampleValues(task.params) }])
}

class Order<T extends Needing> {
  readonly #find: (name: string, by: T) => T
  readonly #isExample: boolean
  readonly #done = new Set<string>()
  readonly #order: TaskCall<T>[] = []

  constructor(find: (name: string, by: T) => T, isExample: boolean) {
    this.#find = find
    this.#isExample = isExample
  }

  of(calls: readonly TaskCall<T>[]): TaskCall<T>[] {
    for (const call of calls) this.#visit(call, [])
    return this.#order
  }

  #visit(call: TaskCall<T>, open: readonly string[]): void {
    const { task } = call
    if (open.includes(task.name))
      throw new VenvoyError({ kind: 'config', where: task.where, what: `needs: ${describeCircle(open, task.name)}` })
    const key = keyOf(call)
    if (this.#done.has(key)) return
    for (const need of task.needs) this.#visit(this.#needed(need, call), [...open, task.name])
    this.#done.add(key)
    this.#order.push(call)
  }

  #needed(need: Need, by: TaskCall<T>): TaskCall<T> {
    const task = this.#find(need.task, by.task)
    const findings = new Findings()
    const scope = new Scope(new Map(paramNames(by.task.params, by.values)), findings, noSecrets)
    const values = valuesTold(task, need.with, { path: ['with'], scope, isExample: this.#isExample })
    const [first, ...more] = findings.diagnostics.map(({ path, message, hint }) => {
      const said = hint === undefined ? message : `${message} (${hint})`
      return path === 'with' || path === 'task' ? said : `${path}: ${said}`
    })
    if (first === undefined) return { task, values }
    throw new VenvoyError({
      kind: 'config',
      where: by.task.where,
      what: `needs: ${task.name} cannot be needed so`,
      why: [first, ...more],
      next: usageOf(task),
    })
  }
}

function keyOf({ task, values }: { readonly task: Callable; readonly values: ParamValues }): string {
  return JSON.stringify([task.name, ...task.params.map(({ name }) => values[name] ?? null)])
}
