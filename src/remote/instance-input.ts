import type { HelperTree } from './helper.js'

/** What the helper is told of a whole instance, by its actions; see src/remote/helper.ts. Paths may begin with `~/`. */

/** For `release`. */
export type ReleaseInput = {
  readonly to: string
  readonly number: number
  readonly tree: HelperTree
  readonly venv: string
  readonly receipt: {
    readonly revision: string
    readonly commit?: string
    readonly digest: string
    readonly fingerprint: string
    readonly by: string
  }
  /** Files and folders of the tree that all releases share; a folder ends in a slash. */
  readonly shared?: readonly string[]
  /** That of the probe; any other on the host is a failure: the state has moved. */
  readonly generation: number
}

/** For `switch`. */
export type SwitchInput = {
  readonly to: string
  readonly number: number
  readonly generation: number
  readonly home: string
  readonly name: string
  /** `rollback` marks the release that is left: no later rollback chooses it by itself. Default: `deploy`. */
  readonly how?: 'deploy' | 'rollback'
  /** For the journal: who switches, from where, and what the record of that run is called. Default: who made the release. */
  readonly by?: string
  readonly run?: string
}

/** For `check-release`: whether it could serve. */
export type CheckReleaseInput = { readonly to: string; readonly number: number; readonly generation: number }

/** For `retire`: of these, the one that serves stays. */
export type RetireInput = { readonly to: string; readonly numbers: readonly number[] }

/** For `lock`: seconds to wait; 75 where somebody else has it then, or deploys are held. */
export type LockInput = {
  readonly to: string
  readonly instance: string
  readonly by: string
  readonly command: string
  readonly wait: number
  /** That of the probe; 76 where it is another by now: the lock is held then all the same. */
  readonly generation: number
}

/** For `remove-instance`: `name` is that of its venvs, and of its link in `home`. */
export type RemoveInstanceInput = {
  readonly to: string
  readonly home: string
  readonly name: string
  readonly keepShared: boolean
}
