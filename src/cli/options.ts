import type { Amount } from '../config/rollout.js'
import type { Shard } from '../config/shard.js'

/** The options that every command takes, as commander gives them. */
interface CommonOptions {
  readonly file?: string
  readonly set?: readonly string[]
  readonly parallel: number
  readonly user?: string
  readonly identity?: string
  readonly acceptNew?: boolean
  readonly json?: boolean
  readonly plain?: boolean
  readonly stream?: boolean
  readonly fold?: boolean
  readonly unmasked?: boolean
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly yes?: boolean
  readonly failFast?: boolean
  readonly dryRun?: boolean
  readonly askSudoPassword?: boolean
  /** Of `venv prune`. */
  readonly now?: boolean
  readonly ref?: string
  /** Of `plan`: fetch secrets, too; a file to save it to; 6 where there is something to do. */
  readonly secrets?: boolean
  readonly out?: string
  readonly exitCode?: boolean
  readonly retryFailed?: boolean
  /** Where the record of the run is written to as well. */
  readonly report?: string
  readonly serial?: readonly Amount[]
  readonly maxFailures?: Amount
  /** Seconds. */
  readonly lockWait?: number
}

/** The options that select targets. */
interface SelectionOptions {
  readonly instance?: readonly string[]
  readonly host?: readonly string[]
  readonly group?: readonly string[]
  readonly exclude?: readonly string[]
  readonly all?: boolean
  /** Of what is selected only this part. */
  readonly shard?: Shard | undefined
}

export type Options = CommonOptions & SelectionOptions
