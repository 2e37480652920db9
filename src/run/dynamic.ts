import { type ParamValues, paramNames } from '../config/params.js'
import type { Names } from '../config/scope.js'
import type { HostSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { TargetResult } from '../events.js'
import { noQuestion } from '../facts/probe.js'
import type { Context } from '../shell/context.js'
import { openSession } from '../transport/session.js'
import type { Connection } from '../transport/transport.js'
import { callsOn, type FindTask, withParams } from './call-task.js'
import { Here } from './here.js'
import { connected, emitEnd, failureOfError, limitOf, unreached } from './hosts.js'
import { probe } from './probe.js'
import { nameOf, outcomeOf, placeOf, type Run } from './run.js'
import { SudoOnHost } from './sudo-on-host.js'
import type { Settle } from './target-steps.js'
import { paramsOf, type Task } from './task.js'
import { isLost, taskContext } from './task-context.js'

/** A target of a task that is code, with the context that its commands begin with. */
export interface DynamicTarget {
  readonly host: HostSpec
  readonly instance?: string
  readonly context: Context
  /** What `{{ }}` names in the texts of files. */
  readonly names?: Names
  /** Where commands on this machine begin. */
  readonly folder: string
  /** What the task was told. */
  readonly values?: ParamValues
  /** The tasks that it can call by name; none, if absent. */
  readonly find?: FindTask
  /** Where it depends on what its host has given out: it is this then. */
  readonly settle?: Settle<DynamicTarget>
}

/** Runs a task that is code: one connection and one channel a target, a round trip for each command. */
export async function runDynamic(run: Run, task: Task, targets: readonly DynamicTarget[]): Promise<TargetResult[]> {
  const limit = limitOf(run)
  const roots = new Map<string, string>()
  return Promise.all(targets.map((target) => limit(() => onTarget(run, task, target, roots))))
}

async function onTarget(
  run: Run,
  task: Task,
  target: DynamicTarget,
  roots: Map<string, string>,
): Promise<TargetResult> {
  const { host } = target
  const place = placeOf(host.name, target.instance)
  if (run.signal.aborted || run.isOver?.()) return emitEnd(run, unreached(run, place, undefined))
  const began = run.now()
  const count = { steps: 0, changes: [] }
  try {
    await connected(run, host, async (connection) => {
      const { session, settled } = await openFor(connection, target)
      const { folder, values = {}, find = unknownTask } = settled
      const names = new Map([...(settled.names ?? []), ...paramNames(paramsOf(task), values)])
      const here = new Here(run)
      const sudo = new SudoOnHost(run, host)
      const call = callsOn({ connection, host, find, open: [] })
      const context = withParams(settled.context, paramsOf(task), values)
      try {
        await task.run(
          taskContext({
            run,
            session,
            sudo,
            here,
            folder,
            target: place,
            asked: {},
            count,
            context,
            call,
            names,
            roots,
          }),
          values,
        )
      } catch (error) {
        throw asTaskError(error, nameOf(place))
      } finally {
        here.close()
        session.close()
      }
    })
    return emitEnd(run, { ...place, outcome: outcomeOf(count), steps: count.steps, ms: run.now() - began })
  } catch (error) {
    const failure = failureOfError(error, host.name)
    const outcome = run.signal.aborted ? 'cancelled' : isLost(error) ? 'unknown' : 'failed'
    return emitEnd(run, { ...place, outcome, failure, steps: count.steps, ms: run.now() - began })
  }
}

/** A channel for a target, and the target as its host makes it: one round trip. */
async function openFor(connection: Connection, target: DynamicTarget) {
  const { host, settle } = target
  if (settle === undefined) return { session: await openSession(connection, { lost: 'finish' }), settled: target }
  const question = { ...noQuestion, instances: [settle.question] }
  const { session, facts } = await probe(connection, host.name, question, 'finish')
  try {
    return { session, settled: await settle.from(facts) }
  } catch (error) {
    session.close()
    throw error
  }
}

// `    at thrown (tasks/more.ts:8:80)`
const stackLine = /^ +at /

/** Where venvoy itself is: the folder of its sources, or of its bundle. */
const own = new URL('..', import.meta.url).pathname

/** What the user's own code throws is no bug of venvoy's: it is said with the lines of that code. */
function asTaskError(error: unknown, where: string): unknown {
  if (error instanceof VenvoyError || (error instanceof DOMException && error.name === 'AbortError')) return error
  const [first, ...more] = String(error).split('\n')
  const lines = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => stackLine.test(line)) : []
  const theirs = lines.filter((line) => !line.includes(own) && !line.includes('node:'))
  return new VenvoyError({
    kind: 'command',
    where,
    what: `the task threw ${first}`,
    why: [...more, ...theirs.slice(0, 3).map((line) => line.trim())],
  })
}

/** No task has a name where nobody has given it one. */
export function unknownTask(name: string): never {
  throw new VenvoyError({
    kind: 'config',
    what: `no task ${JSON.stringify(name)}: here tasks are called by themselves`,
  })
}
