import { VenvoyError } from '../errors.js'
import { describeCircle } from './circle.js'
import type { ParamValues } from './params.js'
import { type Callable, checked, type TaskCall } from './task-call.js'

/** A task that others may have to precede. */
export interface Needing extends Callable {
  /** Where it is written, for what is wrong with what it needs. */
  readonly where: string
  readonly needs: readonly string[]
}

/**
 * The calls with all that they need, each behind what it needs and once a run; otherwise in the order given. Throws a VenvoyError
 * of kind `config` for a circle, with its path, and for what cannot be needed.
 */
export function inOrder<T extends Needing>(
  calls: readonly TaskCall<T>[],
  find: (name: string, by: T) => T,
): TaskCall<T>[] {
  const done = new Set<string>()
  const order: TaskCall<T>[] = []
  const visit = (call: TaskCall<T>, open: readonly string[]): void => {
    const { task, values } = call
    if (open.includes(task.name))
      throw new VenvoyError({ kind: 'config', where: task.where, what: `needs: ${describeCircle(open, task.name)}` })
    const key = keyOf(call)
    if (done.has(key)) return
    for (const name of task.needs) visit(untold(find(name, task), task), [...open, task.name])
    done.add(key)
    order.push({ task, values })
  }
  for (const call of calls) visit(call, [])
  return order
}

/** A needed task gets its defaults: nobody tells it anything. */
function untold<T extends Needing>(task: T, by: T): TaskCall<T> {
  try {
    return { task, values: checked(task, {}) }
  } catch (error) {
    if (!(error instanceof VenvoyError)) throw error
    const why = [error.failure.what]
    const next = `give it a default, or run both: ${error.failure.next}`
    throw new VenvoyError({ kind: 'config', where: by.where, what: `needs: ${task.name} cannot be needed`, why, next })
  }
}

function keyOf({ task, values }: { readonly task: Callable; readonly values: ParamValues }): string {
  return JSON.stringify([task.name, ...task.params.map(({ name }) => values[name] ?? null)])
}
