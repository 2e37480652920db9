import type { HelperTree, ListedTree } from './venv-input.js'

/** What the helper is told of a whole instance, by its actions; see src/remote/helper.ts. Paths may begin with `~/`. */

/** Shell text for `run`: what exports the env, and by names what it becomes. They may hold secrets: only the owner reads the files. */
export type ReleaseTexts = {
  readonly env: string
  readonly services: Readonly<Record<string, string>>
  readonly cron?: Readonly<Record<string, string>>
  readonly wrappers?: Readonly<Record<string, string>>
}

/** For `release`. */
export type ReleaseInput = {
  readonly to: string
  readonly number: number
  readonly tree: HelperTree | ListedTree
  readonly venv: string
  readonly receipt: {
    readonly revision: string
    readonly commit?: string
    readonly digest: string
    readonly fingerprint: string
    readonly by: string
  }
  /** The tree's files can be written to, and are the release's own. Default: they are read-only. */
  readonly writable?: boolean
  /** Files and folders of the tree that all releases share; a folder ends in a slash. */
  readonly shared?: readonly string[]
  /** The env that it is for, by names: its receipt has a digest of each value, by a salt of the instance's. */
  readonly env?: Readonly<Record<string, string>>
  /** Texts that are put over the tree. */
  readonly templates?: readonly { readonly path: string; readonly text: string; readonly mode: number }[]
  readonly texts: ReleaseTexts
  /** The lines for the crontab, if there are such. */
  readonly crontab?: string
  /** A list of `WrapperFile` in JSON, if there are such. */
  readonly wrappers?: string
  /** Files of the release, in JSON: what the managers of its services are told, and what the probe reads. */
  readonly units: string
  readonly settings: string
  /** The text of `<to>/run`. */
  readonly run: string
  /** That of the probe; any other on the host is a failure: the state has moved. */
  readonly generation: number
}

/** For `fetch`: the contents of a tree, for the cache. */
export type FetchInput = {
  readonly cache: string
  /** Where the host keeps its mirrors. */
  readonly mirrors: string
  /** As git takes it there, without a password. */
  readonly address: string
  readonly commit: string
  /** The part of the repository; '': all. */
  readonly folder: string
  readonly files: readonly (readonly [path: string, digest: string, size: number])[]
}

/** For `switch`. */
export type SwitchInput = {
  readonly to: string
  readonly number: number
  readonly generation: number
  readonly home: string
  readonly name: string
  /** A rollback marks the release that is left: no later one chooses it by itself. Default: `deploy`. */
  readonly how?: 'deploy' | 'rollback' | 'venv-rollback'
  /** For the journal: who switches, from where, and what the record of that run is called. Default: who made the release. */
  readonly by?: string
  readonly run?: string
}

/** For `switch-back`: undoes a switch to `number`, which is marked as failed; nothing where that does not serve. */
export type SwitchBackInput = Omit<SwitchInput, 'how'> & {
  /** What served before. Default: nothing did, and `number` stays. */
  readonly back?: number
}

/**
 * For `health`: asks until the answer is good; times in seconds. `to`: the folder of an instance with services, which are looked at
 * when it is not.
 */
export type HealthInput = {
  readonly to?: string
  readonly within: number
  readonly every: number
  readonly url?: string
  readonly status?: readonly number[]
  readonly text?: string
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly tcp?: readonly [host: string, port: number]
}

/** For `check-release`: whether it could serve. */
export type CheckReleaseInput = { readonly to: string; readonly number: number; readonly generation: number }

/** For `check-venv`: whether it is whole and its Python starts. */
export type CheckVenvInput = { readonly venv: string }

/** For `renew-release`: the files of the release `from` once more, with another venv. */
export type RenewReleaseInput = {
  readonly to: string
  readonly number: number
  readonly from: number
  readonly venv: string
  readonly by: string
  readonly generation: number
}

/** For `link`: a venv without an instance. */
export type LinkInput = {
  readonly home: string
  readonly name: string
  readonly venv: string
  /** The link's text as the probe saw it, null for none; any other on the host is a failure: the state has moved. */
  readonly expected?: string | null
  /** For the journal of the link. Default: no line. */
  readonly noted?: { readonly how: 'create' | 'venv-rollback'; readonly by: string }
}

/** For `retire`: of these, the one that serves stays. */
export type RetireInput = { readonly to: string; readonly numbers: readonly number[] }

/** For `cron`: the lines of the release that serves. */
export type CronInput = { readonly to: string }

/** A program that leads into an instance: its text, or the script of the tree that gets another bang line. */
export type WrapperFile = { readonly path: string } & (
  | { readonly text: string }
  | { readonly script: string; readonly bang: string }
)

/** For `wrappers`: those of the release that serves. */
export type WrappersInput = { readonly to: string }

/** For `ports`: those of an instance by their names, instead of any that it had; 76 where another has one of them by now. */
export type PortsInput = { readonly to: string; readonly ports: Readonly<Record<string, number>> }

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

/** For `services`. */
export type ServicesInput = {
  readonly to: string
  readonly instance: string
  /** `apply`: as the release that serves has them; the others are about what is there. */
  readonly verb: 'apply' | 'start' | 'stop' | 'restart'
  /** Those that are meant, or are to be started anew. Default: all. */
  readonly names?: readonly string[]
}

/** For `remove-instance`: `name` is that of its venvs, and of its link in `home`. */
export type RemoveInstanceInput = {
  readonly to: string
  readonly home: string
  readonly name: string
  readonly keepShared: boolean
}
