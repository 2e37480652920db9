import type { Facts } from '../config/facts.js'
import { mistakesInParam, type ParamSpec, type ParamValue, paramSpec, reservedParams } from '../config/params.js'
import { VenvoyError } from '../errors.js'
import type { Command, Secret, Word } from '../shell/command.js'
import type { ShellKind } from '../shell/context.js'
import type { StepEnd } from '../transport/program.js'
import type { ArgsOf, GivenTo, Params } from './param.js'

/** How a command ended, and what it printed. */
export interface RunResult extends Omit<StepEnd, 'sudo'> {
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
  /** What it reads; a newline ends it. Default: nothing. */
  readonly stdin?: string | Secret
  /** Gives it a terminal, for commands that insist on one. Its stderr is in its stdout then. */
  readonly pty?: boolean
  /** With `pty`: what is typed when a text appears: `{ 'Continue?': 'yes', 'Password: ': secret('PW', …) }`. */
  readonly answers?: Readonly<Record<string, string | Secret>>
}

/** One of these; `within` is how long to wait, in seconds or as `30s`, `5m`. Default: 60 s. */
export type WaitFor = (
  | { readonly port: number | string }
  | { readonly url: string }
  | { readonly command: string }
  | { readonly seconds: number }
) & { readonly within?: number | string }

export interface FileOptions {
  readonly title?: string
  /** Seconds. */
  readonly timeout?: number
  /** A failure is returned, not thrown. */
  readonly warnOnly?: boolean
}

/** `changed`: something was not as it should be. */
export interface FileResult {
  readonly changed: boolean
  readonly ok: boolean
}

interface Owned {
  /** `644` */
  readonly mode?: string
  /** `www-data:www-data`; it is done as root then. */
  readonly owner?: string
}

export interface UploadOptions extends Owned {
  /** Files, folders and globs on this machine, from the folder of deploy.yml on. */
  readonly from: string | readonly string[]
  /** That very path on the host; with several sources, or a `/` at its end, that folder. */
  readonly to: string
  readonly exclude?: string | readonly string[]
  /** Whether what is there, and not here, is removed. */
  readonly delete?: boolean
}

export interface DownloadOptions {
  readonly from: string
  /** On this machine. Every target needs a path of its own. */
  readonly to: string
  readonly exclude?: string | readonly string[]
}

export interface TemplateOptions extends Owned {
  /** A file on this machine with `{{ }}` in it; or its text. */
  readonly from?: string
  readonly text?: string
  readonly to: string
  /** Further values for `{{ }}`. */
  readonly vars?: Readonly<Record<string, string | number | boolean | null | Secret>>
}

interface InFile {
  /** The file on the host. */
  readonly in: string
  readonly create?: boolean
  readonly absent?: boolean
}

/** What should be on a host's disk. Paths are the host's; a relative one continues `cd`. */
export interface FileContext {
  upload(what: UploadOptions, options?: FileOptions): Promise<FileResult>
  download(what: DownloadOptions, options?: FileOptions): Promise<FileResult>
  template(what: TemplateOptions, options?: FileOptions): Promise<FileResult>
  /** `match`: plain text; the one line that holds it is replaced. */
  line(what: InFile & { readonly line?: string; readonly match?: string }, options?: FileOptions): Promise<FileResult>
  /** Lines between two comments that begin with `comment`, `#` if not said. */
  block(
    what: InFile & { readonly name: string; readonly block?: string; readonly comment?: string },
    options?: FileOptions,
  ): Promise<FileResult>
  /** A symbolic link at `at`. */
  link(what: { readonly to: string; readonly at: string }, options?: FileOptions): Promise<FileResult>
  directory(what: string | ({ readonly path: string } & Owned), options?: FileOptions): Promise<FileResult>
  /** A file, a link, or a folder with all in it that should not be there. */
  absent(path: string, options?: FileOptions): Promise<FileResult>
}

/** What a task is given: one target, and commands in a context. Contexts are values: leaving a block leaves its context. */
export interface TaskContext extends FileContext {
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
  /** What the host is like: asked once, when it is wanted, for one round trip. `(await c.facts()).os === 'debian'`. */
  facts(): Promise<Facts>
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
  /**
   * Another task here and now, in this context, whatever its `on` and `needs` say. Gives what it returns. By name, it may be one of
   * deploy.yml as well, which returns nothing.
   */
  task<P extends Params, R>(task: Task<P, R>, ...args: ArgsFor<P>): Promise<R>
  task(name: string, args?: Readonly<Record<string, ParamValue>>): Promise<unknown>
}

/** No parameters. */
export type NoParams = Readonly<Record<never, never>>

type ArgsFor<P extends Params> = NoParams extends GivenTo<P> ? [args?: GivenTo<P>] : [args: GivenTo<P>]

/** What a task runs on: `instances` and `hosts` mean all of them; otherwise names of instances, hosts and groups. */
export type TaskTargets = 'instances' | 'hosts' | readonly string[]

/** A named thing that the user can run. */
export interface Task<P extends Params = Params, R = unknown> {
  readonly description: string
  readonly on: TaskTargets
  readonly params: P
  /** Tasks that run before it, once a run for each thing they are told. */
  readonly needs: readonly (string | Task | TaskNeed)[]
  run(c: TaskContext, args: ArgsOf<P>): Promise<R>
}

/** A task that another needs, or its name, and what it is told: `{{ params.NAME }}` is what the one that needs it was told. */
export interface TaskNeed {
  readonly task: string | Task
  readonly with?: Readonly<Record<string, ParamValue>>
}

/** A need that is only a task, or its name, with nothing that it is told. */
export const asNeed = (need: string | Task | TaskNeed): TaskNeed =>
  typeof need === 'object' && 'task' in need ? need : { task: need }

/** The parameters of a task that is code. */
export const paramsOf = ({ params }: Pick<Task, 'params'>): ParamSpec[] =>
  Object.entries(params).map(([name, written]) => paramSpec(name, written))

export interface TaskOptions<P extends Params = NoParams> {
  /** `instances`, the default, `hosts`, or names of instances, hosts and groups. */
  readonly on?: string | readonly string[]
  readonly needs?: readonly (string | Task | TaskNeed)[]
  readonly params?: P
}

/**
 * Defines a task: `export const uptime = task('How busy are the hosts?', async (c) => { await c.run('uptime') })`.
 * It runs once on each target, on all of them at once. With parameters, the options come first:
 * `task('Release', { params: { version: param.string({ required: true }) } }, async (c, { version }) => …)`.
 */
export function task<R>(
  description: string,
  run: (c: TaskContext) => Promise<R>,
  options?: TaskOptions,
): Task<NoParams, R>
export function task<P extends Params = NoParams, R = unknown>(
  description: string,
  options: TaskOptions<P>,
  run: (c: TaskContext, args: ArgsOf<P>) => Promise<R>,
): Task<P, R>
export function task(description: string, first: Body | TaskOptions<Params>, second?: Body | TaskOptions): Task {
  const [run, options] = typeof first === 'function' ? [first, second ?? {}] : [second, first]
  if (typeof run !== 'function' || typeof options === 'function') throw new TypeError('a task needs a function to run')
  const { on = 'instances', needs = [], params = {} }: TaskOptions<Params> = options
  assertParams(params)
  return { description, on: targetsOf(on), params, needs, run }
}

type Body = Task['run']

function targetsOf(on: string | readonly string[]): TaskTargets {
  const names = [on].flat()
  return names.length === 1 && (names[0] === 'instances' || names[0] === 'hosts') ? names[0] : names
}

function assertParams(params: Params): void {
  for (const [name, param] of Object.entries(params)) {
    const isName = /^[a-z][A-Za-z0-9_]*$/.test(name) && !reservedParams.includes(name)
    const [mistake] = isName ? mistakesInParam(param) : [{ key: 'name', message: 'is no name for a parameter' }]
    if (mistake) throw new VenvoyError({ kind: 'config', what: `params.${name}: ${mistake.key}: ${mistake.message}` })
  }
}
