import type { Condition } from '../config/condition.js'
import type { FileWork } from '../config/file-work.js'
import type { Pty } from '../config/spec.js'
import type { Command, Secret } from '../shell/command.js'
import type { Context } from '../shell/context.js'
import type { Tree } from './tree.js'
import type { UploadFiles } from './upload-files.js'

interface Titled {
  /** What people read while it runs: `build venv blog-staging (Python 3.11.7)`. */
  readonly title: string
  /** What the plan shows beneath: packages, commits, paths. */
  readonly lines: readonly string[]
  /** Seconds; none: no limit. */
  readonly timeout?: number
  /** Only where something fails behind the switch: what brings back what served before. */
  readonly undoes?: boolean
  /** What the failure says once that has ended well: `release 7 serves again`. */
  readonly undone?: string
  /** Bookkeeping of venvoy's own: people are told of it only if it fails or waits. */
  readonly quiet?: boolean
}

interface OfTask extends Titled {
  readonly context: Context
  readonly retries: number
  readonly warnOnly: boolean
  /** The exit codes of success. Default: 0. */
  readonly okCodes?: readonly number[]
  /** Runs even after a failure, a cancel or a lost connection. */
  readonly always?: boolean
  /** On this machine, not on the host. */
  readonly isLocal?: boolean
  /** Run only if this holds when the step is due. */
  readonly when?: Condition
  /** The name that later conditions know its result by. */
  readonly register?: string
  /** Tried again until this holds; the result of the last try goes by the name ''. */
  readonly until?: Condition
  /** Seconds between two tries. */
  readonly delay?: number
}

/** A command of the user's. */
export interface RunStep extends OfTask {
  readonly kind: 'run'
  readonly command: Command
  /** What people are told was run. Default: the command. */
  readonly shown?: Command
  /** What it reads; a newline ends it. */
  readonly stdin?: string | Secret
  /** A terminal of its own, and what is typed where something asks. */
  readonly pty?: Pty
}

/** What should be on the host's disk, or come from there: looked at first, and changed only where it is not so. */
export interface FileStep extends OfTask {
  readonly kind: 'file'
  readonly work: FileWork
  /** Where paths on this machine begin. */
  readonly folder: string
  /** What is uploaded, once it has been read (src/source/read-sources.ts). */
  readonly upload?: UploadFiles
  /** Where a download goes on this machine. */
  readonly root?: string
  /** What a download finds here: digests by the paths that it has for them. */
  readonly have?: Readonly<Record<string, string>>
  /** Only say what would change. */
  readonly check?: boolean
  readonly isLocal?: false
  readonly until?: never
  readonly okCodes?: never
}

/** A question to the person, asked once a run. */
export interface ConfirmStep extends Titled {
  readonly kind: 'confirm'
  readonly question: string
  readonly when?: Condition
}

/** A step of a task that does something. */
export type WorkStep = RunStep | FileStep

/** What a task is made of. */
export type TaskStep = WorkStep | ConfirmStep

/** Work for the Python helper (src/remote/helper.py): an action and its arguments, sent as JSON on stdin. */
export interface HelperStep extends Titled {
  readonly kind: 'helper'
  /** The interpreter that runs the helper: any Python from 2.7 on. */
  readonly python: string
  readonly action: string
  readonly input: Readonly<Record<string, unknown>>
  /** What stands in a saved plan for those of its keys whose texts may hold secrets: the same with secrets as words. */
  readonly sealed?: Readonly<Record<string, unknown>>
  /** Takes the deploy lock. */
  readonly locks?: boolean
  /** May find that others were faster, and change nothing: then it is planned again. */
  readonly mayMove?: boolean
  /** After this step the release serves: a lost connection no longer stops the section. */
  readonly switches?: boolean
}

/** File contents for the host's cache: those of the tree that it lacks are sent. */
export interface FilesStep extends Titled {
  readonly kind: 'files'
  readonly python: string
  readonly tree: Tree
}

/** Takes in what uploads of the same program will put. */
export interface ShipStep extends Titled {
  readonly kind: 'ship'
}

/** One titled piece of work on a host. */
export type Step = WorkStep | HelperStep | FilesStep | ShipStep

export const isOfTask = (step: Step | TaskStep): step is WorkStep => step.kind === 'run' || step.kind === 'file'

/** Runs whatever came of the steps before it. */
export const isAlways = (step: Step | TaskStep): step is WorkStep => isOfTask(step) && step.always === true

/** Whom a step becomes by sudo: what is to belong to somebody is root's to make. */
export function sudoUserOf(step: Step): string | undefined {
  if (!isOfTask(step)) return undefined
  const isOwned = step.kind === 'file' && 'owner' in step.work && step.work.owner !== undefined
  return isOwned ? 'root' : step.context.user
}

/** The step that takes the deploy lock. */
export const isLock = (step: Step): boolean => step.kind === 'helper' && step.locks === true

/** The step that turns `current`. */
export const isTurn = (step: Step): boolean => step.kind === 'helper' && step.switches === true
