import type { Condition } from '../config/condition.js'
import type { Pty } from '../config/spec.js'
import type { Command, Secret } from '../shell/command.js'
import type { Context } from '../shell/context.js'
import type { Tree } from './tree.js'

interface Titled {
  /** What people read while it runs: `build venv blog-staging (Python 3.11.7)`. */
  readonly title: string
  /** What the plan shows beneath: packages, commits, paths. */
  readonly lines: readonly string[]
  /** Seconds; none: no limit. */
  readonly timeout?: number
}

/** A command of the user's. */
export interface RunStep extends Titled {
  readonly kind: 'run'
  readonly command: Command
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
  /** What it reads; a newline ends it. */
  readonly stdin?: string | Secret
  /** A terminal of its own, and what is typed where something asks. */
  readonly pty?: Pty
  /** The name that later conditions know its result by. */
  readonly register?: string
  /** Tried again until this holds; the result of the last try goes by the name ''. */
  readonly until?: Condition
  /** Seconds between two tries. */
  readonly delay?: number
}

/** A question to the person, asked once a run. */
export interface ConfirmStep extends Titled {
  readonly kind: 'confirm'
  readonly question: string
  readonly when?: Condition
}

/** What a task is made of. */
export type TaskStep = RunStep | ConfirmStep

/** Work for the Python helper (src/remote/helper.py): an action and its arguments, sent as JSON on stdin. */
export interface HelperStep extends Titled {
  readonly kind: 'helper'
  /** The interpreter that runs the helper: any Python from 2.7 on. */
  readonly python: string
  readonly action: string
  readonly input: Readonly<Record<string, unknown>>
  /** After this step the release serves: a lost connection no longer stops the section. */
  readonly switches?: boolean
}

/** File contents for the host's cache: those of the tree that it lacks are sent. */
export interface FilesStep extends Titled {
  readonly kind: 'files'
  readonly python: string
  readonly tree: Tree
}

/** One titled piece of work on a host. */
export type Step = RunStep | HelperStep | FilesStep
