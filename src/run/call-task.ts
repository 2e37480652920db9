import { envOfNames } from '../config/env.js'
import { type ParamSpec, type ParamValues, paramNames } from '../config/params.js'
import type { HostSpec } from '../config/spec.js'
import { checked } from '../config/task-call.js'
import { VenvoyError } from '../errors.js'
import { endedWell } from '../events.js'
import { type Context, withEnv } from '../shell/context.js'
import { Sources } from '../source/read-sources.js'
import type { Connection } from '../transport/transport.js'
import type { Run } from './run.js'
import type { TargetSteps } from './target-steps.js'
import { paramsOf, type Task } from './task.js'
import { type At, taskContext } from './task-context.js'
import { runTasks } from './tasks.js'

/** A task that is code can call others by name: these are known. */
export type FindTask = (name: string) => KnownTask

export type KnownTask = {
  readonly name: string
  readonly params: readonly ParamSpec[]
} & ({ readonly task: Task } | { readonly stepsOf: StepsOf })

/** The steps of a task of the file, in the context of the one that calls it. */
type StepsOf = (values: ParamValues, context: Context) => TargetSteps['steps']

interface Calls {
  readonly connection: Connection
  readonly host: HostSpec
  readonly find: FindTask
  /** The calls that are open, by what each was told. */
  readonly open: readonly string[]
}

/** How the tasks of one target call one another. */
export function callsOn(calls: Calls): At['call'] {
  return async (task, args, at) => {
    const known = typeof task === 'string' ? calls.find(task) : named(task)
    const values = checked(known, args)
    const key = JSON.stringify([known.name, values])
    if (calls.open.includes(key))
      throw new VenvoyError({ kind: 'config', what: `task ${known.name} calls itself, told the same` })
    const context = withParams(at.context, known.params, values)
    if ('stepsOf' in known) return runSteps(at, calls, known.stepsOf(values, context))
    const inner = callsOn({ ...calls, open: [...calls.open, key] })
    const names = new Map([...at.names, ...paramNames(known.params, values)])
    return known.task.run(taskContext({ ...at, context, names, call: inner }), values)
  }
}

/** What a task was told, for its commands: $VENVOY_PARAM_version. */
export const withParams = (context: Context, params: readonly ParamSpec[], values: ParamValues): Context =>
  withEnv(context, envOfNames(new Map(paramNames(params, values))))

const named = (task: Task): KnownTask => ({ name: JSON.stringify(task.description), params: paramsOf(task), task })

/** The steps of the file run as they always do, over the connection that is there. */
async function runSteps(at: At, { connection, host }: Calls, steps: TargetSteps['steps']): Promise<void> {
  const { run, target, count } = at
  count.steps += 1
  const call = `c${count.steps}`
  const inner: Run = {
    ...run,
    connect: async () => ({ ...connection, open: connection.open.bind(connection), close() {} }),
    emit: (event) => {
      if ('step' in event) run.emit({ ...event, step: `${call}.${event.step}` })
      else if (event.type === 'run:note' || event.type === 'step:skip') run.emit(event)
    },
  }
  const sources = new Sources((text) => run.emit({ type: 'run:note', level: 'info', text, host: host.name }))
  const read = await sources.read(steps)
  const [result] = await runTasks(inner, [{ host, ...instanceOf(target), steps: read }], 'finish')
  count.steps += (result?.steps ?? 1) - 1
  if (result?.failure !== undefined) throw new VenvoyError(result.failure)
  if (result === undefined || !endedWell(result))
    throw new VenvoyError({ kind: 'interrupted', where: target.host, what: 'cancelled' })
}

const instanceOf = ({ instance }: At['target']) => (instance === undefined ? {} : { instance })
