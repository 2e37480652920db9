import type { Command, Secret, Word } from '../shell/command.js'
import type { Context } from '../shell/context.js'
import type { Condition } from './condition.js'
import type { CronSpec } from './cron-spec.js'
import type { FileWork } from './file-work.js'
import type { HostSpec } from './host-spec.js'
import type { Neighbour } from './neighbour.js'
import type { Rollout } from './rollout.js'
import type { Scalar } from './scalar.js'
import type { KeeperSpec, ServiceSpec } from './service-spec.js'
import type { TemplateSpec } from './template-spec.js'
import type { WrapperSpec } from './wrapper-spec.js'

export type { HostSpec } from './host-spec.js'

/** Where the code comes from. */
export type SourceSpec =
  | { readonly kind: 'path'; readonly path: string; readonly ignore: readonly string[] }
  | {
      readonly kind: 'git'
      readonly url: string
      readonly ref: string
      readonly subdirectory?: string
      readonly login?: SourceLogin
    }
  | {
      readonly kind: 'svn'
      readonly url: string
      /** `HEAD`, a number, or a date in braces. */
      readonly revision: string
      readonly subdirectory?: string
      readonly login?: SourceLogin
    }
  | {
      readonly kind: 'archive'
      /** A path, or a URL by https or http. */
      readonly archive: string
      /** How many folders at the beginning of each path are taken away. */
      readonly strip: number
      /** Hexadecimal. */
      readonly sha256?: string
      readonly login?: SourceLogin
    }

/** What opens a source that is behind a password. */
export interface SourceLogin {
  readonly user?: string
  readonly password?: Secret
}

/** The hooks of virtualenvwrapper's that a venv has for itself, and that deploy.yml may say. */
export type HookName = 'preactivate' | 'postactivate' | 'predeactivate' | 'postdeactivate'

/** `ship`: fetched here and sent; a folder, relative to deploy.yml: what lies there is sent. */
export type WheelsSpec = 'server' | 'ship' | { readonly folder: string }

/** A venv as it should be; paths may start with `~/`. */
export interface VenvSpec {
  readonly name: string
  /** `3.11`, `3`, `3.11.7`, or a path to an interpreter. */
  readonly python: string
  /** Which change of the interpreter makes a new venv: another build, patch version or minor version. Default: build. */
  readonly pythonPin?: 'build' | 'patch' | 'minor'
  readonly with: 'venv' | 'virtualenv' | 'uv'
  /** What installs; without a version, what the host has. Default: pip. */
  readonly installer?: { readonly name: 'pip' | 'uv'; readonly version?: string }
  /** Files of the tree, in order. */
  readonly requirements: readonly string[]
  /** Whether requirements or packages are named; where not, the tree's requirements.txt counts, if it has one. */
  readonly requirementsGiven?: boolean
  /** Further requirements, as pip reads them: `gunicorn==23.0`. */
  readonly packages: readonly string[]
  readonly constraints: readonly string[]
  /** A file of the tree. Without: one that is well known, if the tree has it. */
  readonly lockfile?: string
  /** Whether a lockfile counts: if there is one, it must be there, or never. Default: auto. */
  readonly locked?: 'auto' | 'require' | 'off'
  /** Optional parts of the lockfile, by their names. */
  readonly extras?: readonly string[]
  /** Dependency groups of the lockfile; undefined: those that it calls default. */
  readonly groups?: readonly string[]
  readonly index?: string
  /** Where a host gets the files of a lockfile: from an index by itself, or from here. Default: server. */
  readonly wheels?: WheelsSpec
  /** Whether a package of the lockfile without a wheel is built on the host. Default: build. */
  readonly sdist?: 'build' | 'refuse'
  readonly systemSitePackages: boolean
  /** Whether packages are compiled when they are installed. Default: yes. */
  readonly compile?: boolean
  /** So many of the instance's venvs stay, also where nothing leads to them; and no more. Default: what something leads to. */
  readonly keep?: number
  /** Commands run in the new venv before it counts as whole. */
  readonly postInstall: readonly Command[]
  /** Whether commands run virtualenvwrapper's hooks. */
  readonly hooks: boolean
  /** What the hooks of the venv itself say. */
  readonly hookTexts?: Readonly<Partial<Record<HookName, readonly Command[]>>>
  /** Whether each deploy proves the files of the venv before it plans. */
  readonly verify?: 'full'
  /** WORKON_HOME. */
  readonly home: string
  /** PROJECT_HOME, where the file says so. */
  readonly projectHome?: string
}

/** A terminal for a command: what a prompt holds, and what is typed then. */
export interface Pty {
  readonly answers: readonly (readonly [prompt: string, answer: string | Secret])[]
}

interface StepSpecBase {
  readonly title: string
  /** On the first host of the instance only. */
  readonly once: boolean
  /** Looked at when the step is due. */
  readonly when?: Condition
}

interface WorkSpec extends StepSpecBase {
  /** What the step itself says; it is nested into the context of its target. */
  readonly context: Context
  /** Seconds. */
  readonly timeout?: number
  readonly retries: number
  readonly warnOnly: boolean
  /** The name that later conditions know its result by. */
  readonly register?: string
  /** Seconds between two tries. */
  readonly delay?: number
  /** Runs even after a failure, a cancel or a lost connection. */
  readonly always?: boolean
}

/** One command of a task or hook, resolved for one target. */
export interface CommandSpec extends WorkSpec {
  /** `local`: on this machine, once for each target. */
  readonly kind: 'run' | 'local'
  readonly command: Command
  /** The exit codes of success. Default: 0. */
  readonly okCodes?: readonly number[]
  /** Tried again until this holds; the result of the last try goes by the name ''. */
  readonly until?: Condition
  /** What it reads; a newline ends it. */
  readonly stdin?: string | Secret
  /** A terminal of its own, and what is typed where something asks. */
  readonly pty?: Pty
}

/** What should be on the host's disk, or come from there. */
export interface FileSpec extends WorkSpec {
  readonly kind: 'file'
  readonly work: FileWork
}

/** A question to the person, asked once a run. */
interface ConfirmSpec extends StepSpecBase {
  readonly kind: 'confirm'
  readonly question: string
}

/** What must be so behind a switch; seconds. */
export type HealthSpec = { readonly within: number; readonly every: number } & (
  | {
      readonly kind: 'url'
      readonly url: string
      /** The statuses that are good. Default: 200 to 299. */
      readonly status?: readonly number[]
      /** What the answer must hold. */
      readonly text?: string
      readonly headers?: Readonly<Record<string, string | Secret>>
    }
  | { readonly kind: 'tcp'; readonly title: string; readonly host: string; readonly port: number }
  | { readonly kind: 'run'; readonly command: Command }
)

export type StepSpec = CommandSpec | FileSpec | ConfirmSpec

/** Ports that the host gives out. */
interface AutoPorts {
  readonly names: readonly string[]
  /** The spec when their numbers are known. */
  with(ports: Readonly<Record<string, number>>): InstanceSpec
}

/** What should be, for one instance on one host: nothing is left to look up. */
export interface InstanceSpec {
  readonly project: string
  readonly name: string
  readonly host: HostSpec
  /** Whether this is the first of the instance's hosts: `once` steps run there. */
  readonly first: boolean
  /** By name; the bare `port:` is `port`. */
  readonly ports: Readonly<Record<string, number>>
  /** Where some of them are given out on the host: until then the numbers stand for nothing. */
  readonly autoPorts?: AutoPorts
  /** Where it has ports: all instances of the file there, itself among them. */
  readonly neighbours?: readonly Neighbour[]
  /** Values for `{{ }}` in the instance's tasks. */
  readonly vars?: Readonly<Record<string, Scalar>>
  /** The env of the instance's commands, VENVOY_INSTANCE and PORT included. */
  readonly env: Readonly<Record<string, Word>>
  readonly source?: SourceSpec
  readonly venv: VenvSpec
  /** The instance's folder; may start with `~/`. */
  readonly to: string
  readonly services?: readonly ServiceSpec[]
  /** Default: what the host has. */
  readonly serviceKeeper?: KeeperSpec
  readonly cron?: readonly CronSpec[]
  readonly wrappers?: readonly WrapperSpec[]
  /** How a deploy gets to the hosts of the instance. */
  readonly rollout?: Rollout
  /** Files and folders of the tree that all releases share; a folder ends in a slash. */
  readonly shared: readonly string[]
  readonly templates?: readonly TemplateSpec[]
  /** The host fetches its files by itself; default: they are sent. */
  readonly via?: 'host'
  /** Programs may write into the files of a release: they are then its own. */
  readonly writable?: boolean
  /** How many releases stay on a host. */
  readonly keep: number
  readonly beforeSwitch: readonly CommandSpec[]
  readonly afterSwitch: readonly CommandSpec[]
  /** What must be so behind a switch, in order. */
  readonly health: readonly HealthSpec[]
}

/** A task on one target, resolved. */
export interface TaskSpec {
  readonly name: string
  readonly description: string
  readonly steps: readonly StepSpec[]
}
