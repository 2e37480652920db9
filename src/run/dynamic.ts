import type { HostSpec } from '../config/spec.js'
import { waitCommandOf } from '../config/wait-command.js'
import { type Failure, VenvoyError } from '../errors.js'
import type { TargetResult } from '../events.js'
import type { RunStep } from '../operations/step.js'
import { localContext } from '../operations/task-step.js'
import { type Command, render, shell } from '../shell/command.js'
import { as, type Context, inShell, prefix, withEnv, within, withPath } from '../shell/context.js'
import { openSession, type Session } from '../transport/session.js'
import { compile } from './compile.js'
import { Here } from './here.js'
import { connected, emitEnd, failureOfError, limitOf, unreached } from './hosts.js'
import { runProgram } from './program.js'
import { nameOf, placeOf, type Run } from './run.js'
import type { SectionEnd } from './section-end.js'
import type { RunOptions, RunResult, Task, TaskContext } from './task.js'

/** A target of a task that is code, with the context that its commands begin with. */
export interface DynamicTarget {
  readonly host: HostSpec
  readonly instance?: string
  readonly context: Context
  /** Where commands on this machine begin. */
  readonly folder: string
}

/** Runs a task that is code: one connection and one channel a target, a round trip for each command. */
export async function runDynamic(run: Run, task: Task, targets: readonly DynamicTarget[]): Promise<TargetResult[]> {
  const limit = limitOf(run)
  return Promise.all(targets.map((target) => limit(() => onTarget(run, task, target))))
}

async function onTarget(run: Run, task: Task, target: DynamicTarget): Promise<TargetResult> {
  const place = placeOf(target.host.name, target.instance)
  if (run.signal.aborted || run.isOver?.()) return emitEnd(run, unreached(run, place, undefined))
  const began = run.now()
  const count = { steps: 0 }
  try {
    await connected(run, target.host, async (connection) => {
      const session = await openSession(connection, { lost: 'finish' })
      const here = new Here(run)
      try {
        await task.run(contextOf({ run, session, here, target, count, context: target.context }))
      } catch (error) {
        throw asTaskError(error, nameOf(place))
      } finally {
        here.close()
        session.close()
      }
    })
    return emitEnd(run, { ...place, outcome: 'ok', steps: count.steps, ms: run.now() - began })
  } catch (error) {
    const failure = failureOfError(error, target.host.name)
    const outcome = run.signal.aborted ? 'cancelled' : isLost(error) ? 'unknown' : 'failed'
    return emitEnd(run, { ...place, outcome, failure, steps: count.steps, ms: run.now() - began })
  }
}

// `    at thrown (tasks/more.ts:8:80)`
const stackLine = /^ +at /

/** What the user's own code throws is no bug of venvoy's. */
function asTaskError(error: unknown, where: string): unknown {
  if (error instanceof VenvoyError || (error instanceof DOMException && error.name === 'AbortError')) return error
  const lines = error instanceof Error ? (error.stack ?? '').split('\n') : []
  return new VenvoyError({
    kind: 'command',
    where,
    what: `the task threw ${String(error)}`,
    why: lines
      .filter((line) => stackLine.test(line))
      .slice(0, 3)
      .map((line) => line.trim()),
  })
}

interface At {
  readonly run: Run
  readonly session: Session
  readonly here: Here
  readonly target: DynamicTarget
  readonly count: { steps: number }
  readonly context: Context
}

/** The context value of a task; each block gets a new one. */
function contextOf(at: At): TaskContext {
  const { target, context } = at
  const inside = <T>(inner: Context, block: (c: TaskContext) => Promise<T>) =>
    block(contextOf({ ...at, context: inner }))
  return {
    ...placeOf(target.host.name, target.instance),
    run: (command, options) => runOne(at, commandOf(command), options ?? {}),
    sudo: (command, { user = 'root', ...options } = {}) =>
      runOne({ ...at, context: as(context, user) }, commandOf(command), options),
    local: async (command, options) => {
      const context = localContext(at.context, target.folder)
      return runOne({ ...at, session: await at.here.session(), context }, commandOf(command), options ?? {})
    },
    confirm: (question) => confirmed(at, question),
    wait: async (what) => {
      const { title, command } = waitCommandOf(what)
      await runOne(at, command, { title })
    },
    test: async (command) => (await runOne(at, commandOf(command), { warnOnly: true })).code === 0,
    prefix: (command, block) => inside(prefix(context, commandOf(command)), block),
    cd: (folder, block) => inside(within(context, folder), block),
    env: (env, block) => inside(withEnv(context, env), block),
    path: (folder, block) => inside(withPath(context, folder), block),
    user: (name, block) => inside(as(context, name), block),
    shell: (kind, block) => inside(inShell(context, kind), block),
  }
}

async function confirmed({ run, target }: At, question: string): Promise<void> {
  const where = nameOf(placeOf(target.host.name, target.instance))
  if (run.confirm === undefined) {
    const what = `${question} cannot be asked: there is no terminal`
    throw new VenvoyError({ kind: 'config', where, what, next: 'add --yes, which answers yes' })
  }
  if (!(await run.confirm(question)))
    throw new VenvoyError({ kind: 'interrupted', where, what: `not confirmed: ${question}` })
}

const commandOf = (command: string | Command): Command => (typeof command === 'string' ? shell(command) : command)

async function runOne(at: At, command: Command, options: RunOptions): Promise<RunResult> {
  const { run, session, target, context, count } = at
  const { title, timeout, okCodes, warnOnly = false } = options
  count.steps += 1
  const step: RunStep = {
    kind: 'run',
    title: title ?? render(command, 'log'),
    lines: [],
    command,
    context,
    retries: 0,
    warnOnly,
    ...(timeout !== undefined && { timeout }),
    ...(okCodes !== undefined && { okCodes }),
  }
  const compiled = compile(`r${count.steps}`, [{ ...placeOf(target.host.name, target.instance), steps: [step] }], false)
  const output = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] }
  let ended: { code: number; signal?: string } = { code: 0 }
  const emit: Run['emit'] = (event) => {
    if (event.type === 'step:output') output[event.stream].push(event.data)
    if (event.type === 'step:end')
      ended = { code: event.code ?? 0, ...(event.signal !== undefined && { signal: event.signal }) }
    run.emit(event)
  }
  const [end] = await runProgram({ ...run, emit }, session, compiled)
  if (end !== undefined && end.outcome !== 'ok') throw new RunError(end)
  const text = (stream: 'stdout' | 'stderr') => Buffer.concat(output[stream]).toString('utf8')
  return { ...ended, stopped: false, stdout: text('stdout'), stderr: text('stderr') }
}

/** A command of a task that is code did not end well. */
class RunError extends VenvoyError {
  readonly isLost: boolean

  constructor({ failure, outcome, section }: SectionEnd) {
    const cancelled: Failure = { kind: 'interrupted', where: section.host, what: 'cancelled' }
    super(failure ?? cancelled)
    this.isLost = outcome === 'unknown'
  }
}

const isLost = (error: unknown): boolean => error instanceof RunError && error.isLost
