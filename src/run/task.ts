import type { Command, Word } from '../shell/command.js'
import type { ShellKind } from '../shell/context.js'
import type { StepEnd } from '../transport/program.js'

/** How a command ended, and what it printed. */
export interface RunResult extends StepEnd {
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly title?: string
  /** Seconds. */
  readonly timeout?: number
  /** A failure is returned, not thrown. */
  readonly warnOnly?: boolean
  /** The exit codes of success. Default: 0. */
  readonly okCodes?: readonly number[]
}

/** One of these; `within` is how long to wait, in seconds or as `30s`, `5m`. Default: 60 s. */
export type WaitFor = (
  | { readonly port: number | string }
  | { readonly url: string }
  | { readonly command: string }
  | { readonly seconds: number }
) & { readonly within?: number | string }

/** What a task is given: one target, and commands in a context. Contexts are values: leaving a block leaves its context. */
export interface TaskContext {
  readonly host: string
  readonly instance?: string
  /** Runs a command; one round trip. Throws a VenvoyError when it fails, unless `warnOnly`. */
  run(command: string | Command, options?: RunOptions): Promise<RunResult>
  /** `run` as root, or as the given user. */
  sudo(command: string | Command, options?: RunOptions & { readonly user?: string }): Promise<RunResult>
  /** Runs a command on this machine, in the folder of deploy.yml; of the context around it, it gets the env. */
  local(command: string | Command, options?: RunOptions): Promise<RunResult>
  /** Asks the person, once a run; `--yes` answers. Throws a VenvoyError for a no, and where nobody can answer. */
  confirm(question: string): Promise<void>
  /** Waits for a port, a URL, a command or a time, looked at from the host. Throws a VenvoyError when it takes longer. */
  wait(what: WaitFor): Promise<void>
  /** Whether a command succeeds. */
  test(command: string | Command): Promise<boolean>
  /** A command that must succeed in the same shell first: `workon class`. */
  prefix<T>(command: string | Command, block: (c: TaskContext) => Promise<T>): Promise<T>
  cd<T>(folder: string, block: (c: TaskContext) => Promise<T>): Promise<T>
  env<T>(env: Readonly<Record<string, Word>>, block: (c: TaskContext) => Promise<T>): Promise<T>
  /** A folder in front of PATH. */
  path<T>(folder: string, block: (c: TaskContext) => Promise<T>): Promise<T>
  user<T>(name: string, block: (c: TaskContext) => Promise<T>): Promise<T>
  shell<T>(kind: ShellKind, block: (c: TaskContext) => Promise<T>): Promise<T>
}

/** What a task is about. */
export type TaskTargets = 'instances' | 'hosts'

/** A named thing that the user can run. */
export interface Task {
  readonly description: string
  readonly on: TaskTargets
  run(c: TaskContext): Promise<unknown>
}

/**
 * Defines a task: `export const uptime = task('How busy are the hosts?', async (c) => { await c.run('uptime') })`.
 * It runs once on each target, on all of them at once.
 */
export function task(description: string, run: Task['run'], options: { readonly on?: TaskTargets } = {}): Task {
  return { description, on: options.on ?? 'instances', run }
}
