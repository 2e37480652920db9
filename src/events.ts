import type { Failure } from './errors.js'

/** How a step, an instance or a host ended. */
export type Outcome = 'unchanged' | 'changed' | 'would change' | 'ok' | 'skipped' | 'failed' | 'cancelled' | 'unknown'

/** What every event about a target carries. */
interface On {
  readonly host: string
  readonly instance?: string
}

/** What a run is about, one by one: an instance on a host, or a host. */
export type Target = On

/** A planned step as people read it: a title and the lines beneath it. */
export interface PlannedStep {
  readonly title: string
  readonly lines: readonly string[]
}

/** A step that is not run, and the condition that keeps it from being run, as it was written. */
export interface LeftOut {
  readonly title: string
  readonly when: string
}

/** What is not as it was made of one package, or of what belongs to none, in one place. */
export interface DriftGroup {
  readonly place: 'release' | 'pip' | 'packages' | 'venv'
  /** The folder, absolute. */
  readonly at: string
  /** `six 1.16.0` */
  readonly package: string | null
  /** How many files of each kind: `{ changed: 2, missing: 40 }`. */
  readonly counts: Readonly<Record<string, number>>
  /** The first of them; a path is relative to `at`, null where it is about no file. */
  readonly first: readonly (readonly [what: string, path: string | null, detail: string | null])[]
}

/** Something that happened in a run, as a value. Renderers see nothing else. */
export type RunEvent =
  | {
      readonly type: 'run:start'
      /** As typed behind `venvoy`: `deploy staging`. Shown as the way to repeat it. */
      readonly command: string
      readonly hosts: readonly string[]
      readonly targets: number
      /** The targets by name, where they are known; the rows of the live view. Without it: the hosts. */
      readonly selection?: readonly Target[]
      /** The ports of instances, by name: where outputs are compared, an instance's own do not count. */
      readonly ports?: readonly { readonly target: Target; readonly numbers: Readonly<Record<string, number>> }[]
      /** `plan` and `--dry-run`: what would be done is asked for, nothing is. */
      readonly dryRun?: boolean
    }
  | { readonly type: 'run:note'; readonly level: 'info' | 'warning'; readonly text: string; readonly host?: string }
  | ({
      readonly type: 'host:connect'
      /** As deploy.yml has it, where it has one. */
      readonly address?: string
    } & On)
  | ({
      readonly type: 'host:ready'
      readonly login: string
      /** Where it was reached, as written and as looked up. */
      readonly address?: string
      readonly ip?: string
    } & On)
  | ({ readonly type: 'host:end'; readonly outcome: Outcome; readonly failure?: Failure } & On)
  | ({ readonly type: 'instance:plan'; readonly steps: readonly PlannedStep[] } & On)
  | ({
      readonly type: 'instance:verified'
      readonly files: number
      readonly packages: number
      /** The digest of the shared packages' files: the same on two hosts means the same files. */
      readonly content?: string
      readonly fingerprint?: string
      readonly drift: readonly DriftGroup[]
    } & On)
  | ({ readonly type: 'instance:end'; readonly outcome: Outcome; readonly failure?: Failure } & On)
  | ({
      readonly type: 'step:start'
      readonly step: string
      readonly title: string
      /** The user's command, for people: what a failure says was run. */
      readonly command?: string
      /** Work of venvoy's own: what it prints matters while it runs and when it fails, and is not kept otherwise. */
      readonly own?: boolean
    } & On)
  | ({
      readonly type: 'step:output'
      readonly step: string
      readonly stream: 'stdout' | 'stderr'
      readonly data: Uint8Array
    } & On)
  | ({
      readonly type: 'step:progress'
      readonly step: string
      readonly done: number
      readonly total: number
      readonly unit: 'bytes' | 'files'
    } & On)
  | ({
      readonly type: 'step:end'
      readonly step: string
      readonly title: string
      readonly outcome: Outcome
      readonly code?: number
      readonly signal?: string
      readonly ms: number
    } & On)
  | ({ readonly type: 'step:skip' } & LeftOut & On)
  | ({
      readonly type: 'run:table'
      readonly columns: readonly string[]
      readonly rows: readonly (readonly string[])[]
      /** Columns that people are not shown where no row has a value for them. */
      readonly sparse?: readonly string[]
    } & Partial<On>)
  | { readonly type: 'run:end'; readonly report: Report }

export type Emit = (event: RunEvent) => void

/** What became of one target: an instance on a host, or a host. */
export interface TargetResult {
  readonly host: string
  readonly instance?: string
  readonly outcome: Outcome
  readonly failure?: Failure
  readonly steps: number
  readonly ms: number
}

/** Whether a target ended as it should. */
export const endedWell = ({ outcome }: Pick<TargetResult, 'outcome'>): boolean =>
  outcome === 'ok' || outcome === 'changed' || outcome === 'unchanged' || outcome === 'would change'

/** The results of a run. */
export interface Report {
  readonly command: string
  readonly results: readonly TargetResult[]
  readonly exitCode: number
  readonly ms: number
  /** The folder with the record of the run and a log for each host, where one is kept. */
  readonly folder?: string
  /** The command that repeats the run for what did not end well, where there is one: `exec --retry-failed -g web -- uptime`. */
  readonly retry?: string
}
