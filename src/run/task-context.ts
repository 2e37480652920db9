import { allFacts, type Facts } from '../config/facts.js'
import type { Names } from '../config/scope.js'
import { waitCommandOf } from '../config/wait-command.js'
import { type Failure, VenvoyError } from '../errors.js'
import type { Target } from '../events.js'
import { namedFacts } from '../facts/named-facts.js'
import { noQuestion } from '../facts/probe.js'
import type { RunStep, WorkStep } from '../operations/step.js'
import { localContext } from '../operations/task-step.js'
import { type Command, render, shell } from '../shell/command.js'
import { as, type Context, inShell, prefix, withEnv, within, withPath } from '../shell/context.js'
import type { Session } from '../transport/session.js'
import { compile } from './compile.js'
import { fileMethods } from './file-methods.js'
import type { Here } from './here.js'
import { probeOn } from './probe.js'
import { runProgram } from './program.js'
import { nameOf, type Run } from './run.js'
import type { SectionEnd } from './section-end.js'
import type { SudoOnHost } from './sudo-on-host.js'
import type { RunOptions, RunResult, Task, TaskContext } from './task.js'

/** Where a task that is code stands. */
export interface At {
  readonly run: Run
  readonly session: Session
  readonly target: Target
  /** This machine, for what runs here; `folder`: where. */
  readonly here: Here
  readonly folder: string
  readonly context: Context
  /** What `{{ }}` names in the texts of files. */
  readonly names: Names
  /** Where the downloads of all targets go: each has its own. */
  readonly roots: Map<string, string>
  /** The answers of the host, if it was asked. */
  readonly asked: { facts?: Promise<Facts> }
  /** What sudo wants there. */
  readonly sudo: SudoOnHost
  /** Commands so far, in any block. */
  readonly count: { steps: number; readonly changes: boolean[] }
  /** Runs another task here, in a context. */
  call(task: Task | string, args: Readonly<Record<string, unknown>>, at: At): Promise<unknown>
}

/** The context value of a task; each block gets a new one. */
export function taskContext(at: At): TaskContext {
  const { target, context } = at
  const inside = <T>(inner: Context, block: (c: TaskContext) => Promise<T>) =>
    block(taskContext({ ...at, context: inner }))
  return {
    ...target,
    run: (command, options) => runOne(at, commandOf(command), options ?? {}),
    sudo: (command, { user = 'root', ...options } = {}) =>
      runOne({ ...at, context: as(context, user) }, commandOf(command), options),
    local: async (command, options) => {
      const context = localContext(at.context, at.folder)
      return runOne({ ...at, session: await at.here.session(), context }, commandOf(command), options ?? {})
    },
    confirm: (question) => confirmed(at, question),
    wait: async (what) => {
      const { command, ...options } = waitCommandOf(what)
      await runOne(at, command, options)
    },
    facts: () => {
      at.asked.facts ??= askFacts(at)
      return at.asked.facts
    },
    test: async (command) => (await runOne(at, commandOf(command), { warnOnly: true })).code === 0,
    ...fileMethods(at, (step) => runStep(at, step)),
    prefix: (command, block) => inside(prefix(context, commandOf(command)), block),
    cd: (folder, block) => inside(within(context, folder), block),
    env: (env, block) => inside(withEnv(context, env), block),
    path: (folder, block) => inside(withPath(context, folder), block),
    user: (name, block) => inside(as(context, name), block),
    shell: (kind, block) => inside(inShell(context, kind), block),
    // The overloads say what comes back; here it is whatever the task returns.
    task: (task: Task | string, args: Readonly<Record<string, unknown>> = {}) =>
      at.call(task, args, at) as Promise<never>,
  }
}

async function askFacts({ session, target }: At): Promise<Facts> {
  return namedFacts(await probeOn(session, target.host, { ...noQuestion, facts: allFacts }))
}

async function confirmed({ run, target }: At, question: string): Promise<void> {
  const where = nameOf(target)
  if (run.confirm === undefined) {
    const what = `${question} cannot be asked: there is no terminal`
    throw new VenvoyError({ kind: 'config', where, what, next: 'add --yes, which answers yes' })
  }
  if (!(await run.confirm(question)))
    throw new VenvoyError({ kind: 'interrupted', where, what: `not confirmed: ${question}` })
}

const commandOf = (command: string | Command): Command => (typeof command === 'string' ? shell(command) : command)

async function runOne(at: At, command: Command, options: RunOptions): Promise<RunResult> {
  const { context } = at
  const { title, timeout, okCodes, warnOnly = false, stdin } = options
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
    ...(stdin !== undefined && { stdin }),
    ...ptyOf(options),
  }
  const { changed: _, ...result } = await runStep(at, step)
  return result
}

async function runStep(at: At, step: WorkStep): Promise<RunResult & { readonly changed: boolean }> {
  const { run, session, sudo, target, count } = at
  count.steps += 1
  let programs = 0
  const output = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] }
  let ended: { code: number; signal?: string } = { code: 0 }
  const emit: Run['emit'] = (event) => {
    if (event.type === 'step:output') output[event.stream].push(event.data)
    if (event.type === 'step:end' && !event.step.endsWith('.files'))
      ended = { code: event.code ?? 0, ...(event.signal !== undefined && { signal: event.signal }) }
    run.emit(event)
  }
  const [end] = await sudo.run([{ ...target, steps: [step] }], (sections, passwordFor) => {
    programs += 1
    const id = `r${count.steps}${programs === 1 ? '' : `.${programs}`}`
    return runProgram({ ...run, emit }, session, compile(id, sections, false, passwordFor))
  })
  if (end !== undefined && end.outcome !== 'ok') throw new RunError(end)
  const text = (stream: 'stdout' | 'stderr') => Buffer.concat(output[stream]).toString('utf8')
  const changed = end?.changes.get(step) ?? false
  at.count.changes.push(...(end?.changes.values() ?? []))
  return { ...ended, stopped: false, stdout: text('stdout'), stderr: text('stderr'), changed }
}

function ptyOf({ pty = false, answers, stdin }: RunOptions): Pick<RunStep, 'pty'> {
  const wrong = answers !== undefined && !pty ? 'answers: need pty' : pty && stdin !== undefined ? onlyOne : undefined
  if (wrong !== undefined) throw new VenvoyError({ kind: 'config', what: wrong })
  return pty ? { pty: { answers: Object.entries(answers ?? {}) } } : {}
}

const onlyOne = 'stdin: means nothing with pty: what is typed there are answers'

/** A command of a task that is code did not end well. */
class RunError extends VenvoyError {
  readonly isLost: boolean

  constructor({ failure, outcome, section }: SectionEnd) {
    const cancelled: Failure = { kind: 'interrupted', where: section.host, what: 'cancelled' }
    super(failure ?? cancelled)
    this.isLost = outcome === 'unknown'
  }
}

/** Whether what happened on the host is not known. */
export const isLost = (error: unknown): boolean => error instanceof RunError && error.isLost
