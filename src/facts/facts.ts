import type { Keeper } from '../config/service-spec.js'
import type { CrontabFacts } from './crontab-facts.js'
import type { LinkEntry, SwitchEntry } from './journal-entries.js'
import type { Hold, LockHolder } from './lock-facts.js'
import type { LoginFacts } from './login-facts.js'
import type { PortFacts } from './port-facts.js'
import type { ServiceNote, SettingsReceipt } from './service-facts.js'

/** A Python found on a host. */
export interface Interpreter {
  /** As found: `/usr/bin/python3.11`. */
  readonly path: string
  /** With all links resolved. */
  readonly real: string
  /** `3.11.2`. */
  readonly version: string
  /** `cpython`, `pypy`. */
  readonly implementation: string
  /** `cpython-311-x86_64-linux-gnu`, or what this Python has for it. */
  readonly abi: string
  /** `linux-x86_64`. */
  readonly platform: string
  /** What it is linked to: `glibc 2.36`, `musl 1.2.4`; for wheels, macOS's version stands for it: `macos 14.5`. */
  readonly libc?: string
  readonly hasVenv: boolean
  readonly hasEnsurepip: boolean
  /** Inode, size and modification time of the real file: `131 6757240 1700000000`. */
  readonly stamp: string
}

/** Written last into a venv: it counts as whole. */
export interface VenvReceipt {
  readonly v: 1
  readonly name: string
  readonly fingerprint: string
  /** Digest of all that the control side knows of the venv: requirements, options. */
  readonly inputs: string
  readonly python: { readonly path: string; readonly real: string; readonly version: string; readonly stamp: string }
  /** Where its packages are: the base that it shares with others. A venv without a lockfile has them in itself. */
  readonly base?: string
  /** The digest of that base's files: the same on two hosts means the same files. */
  readonly content?: string
  /** The lockfile's path in the tree. */
  readonly lockfile?: string
  /** The digest of the list of its files. */
  readonly manifest?: string
  /** `[['django', '5.1.4'], …]`, sorted. */
  readonly installed: readonly (readonly [name: string, version: string])[]
  /** ISO 8601, by the host's clock. */
  readonly created: string
}

/** Written last into a release: it counts as whole. */
export interface ReleaseReceipt {
  readonly v: 1
  readonly number: number
  readonly revision: string
  readonly commit?: string
  /** The tree's digest. */
  readonly digest: string
  /** The venv's final path, absolute. */
  readonly venv: string
  readonly fingerprint: string
  /** The files and folders of the tree that it shares with the other releases. */
  readonly shared?: readonly string[]
  /** Its env: by names, what stands for the values (`keyedDigest`). */
  readonly env?: Readonly<Record<string, string>>
  /** Whether it has lines for the crontab. */
  readonly cron?: boolean
  /** Whether it has wrappers. */
  readonly wrappers?: boolean
  /** Its templates likewise, by paths. */
  readonly templates?: Readonly<Record<string, string>>
  readonly created: string
  /** Who deployed, from where: `ann@laptop`. */
  readonly by: string
}

/** A venv in WORKON_HOME, whoever made it. */
export interface VenvListing {
  readonly name: string
  /** The WORKON_HOME that it is in, absolute. */
  readonly home?: string
  /** What the link points to, if it is one. */
  readonly link?: string
  readonly version?: string
  /** Whether it carries venvoy's receipt. */
  readonly ours: boolean
  /** Why nobody can work on it: `leads nowhere`. */
  readonly problem?: string
}

/** What `verify` found that is not as it was made; until then nobody knows. */
export interface Drift {
  /** The first of it: `six.py of six 1.16.0 was changed by hand`. */
  readonly what: string
  /** How many files and packages it is about. */
  readonly count: number
}

/** A venv with a receipt. */
export interface BuiltVenv {
  /** Its final path, absolute. */
  readonly path: string
  readonly receipt: VenvReceipt
  /** Whether its interpreter is the very file that it was built with, its base is there, and neither is known to have drifted. */
  readonly sound: boolean
  /** Of the venv or of its base. */
  readonly drift?: Drift
  /** The stamp of the interpreter that it has now, where that is all that is wrong with it. */
  readonly stamp?: string
  /** Found since: what suits it as well as what its receipt says. */
  readonly noted?: VenvNote
  /** What virtualenvwrapper looks for in it; nothing where that was never written, or a file of it is gone. */
  readonly wrapper?: WrapperReceipt
}

/** Inputs, and the stamp of an interpreter, that a venv was found to suit. */
export interface VenvNote {
  readonly inputs: string
  readonly stamp: string
}

/** Which of virtualenvwrapper's files a venv has. */
export interface WrapperReceipt {
  /** Of what deploy.yml said. */
  readonly digest: string
  /** Files that somebody wrote or changed and that stay, by path in the venv. */
  readonly kept: readonly string[]
}

/** A release with a receipt, whether or not it serves. */
export interface KeptRelease {
  readonly receipt: ReleaseReceipt
  readonly drift?: Drift
  /** The venv that it names, if that has a receipt. */
  readonly venv?: BuiltVenv
}

/** The state of one instance on a host. */
export interface InstanceFacts {
  /** The instance's folder and the venvs' home, absolute. */
  readonly to: string
  readonly home: string
  /** Whose the instance's folder is; nothing where it is empty or not there. */
  readonly owner?: 'ours' | 'foreign'
  /** Counts the switches; 0 before the first. */
  readonly generation: number
  /** Numbers of all releases that are there, whole or not. */
  readonly releases: readonly number[]
  /** Those of them that have a receipt. */
  readonly whole?: readonly number[]
  /** Those that something failed of behind the switch: a restart, `after_switch`, the health check. */
  readonly failed?: readonly number[]
  /** What follows the last switch has not come to its end, as far as is known. */
  readonly unsettled?: boolean
  /** Those that a rollback turned away from. */
  readonly left?: readonly number[]
  /** Those that were made and have never been switched to. */
  readonly unserved?: readonly number[]
  /** The whole ones, the oldest first; only where they were asked for. */
  readonly kept?: readonly KeptRelease[]
  /** The last switches, the oldest first; only where they were asked for. */
  readonly switches?: readonly SwitchEntry[]
  /** The last turns of its link while it had no release; asked for with them. */
  readonly turns?: readonly LinkEntry[]
  /** Who deploys right now, and who said that nobody shall; only where that was asked for. */
  readonly lock?: LockHolder
  readonly hold?: Hold
  readonly current?: ReleaseReceipt
  /** What the files of the release that serves were made as, by their paths: `f 47de12345678`; only where it was asked for. */
  readonly made?: ReadonlyMap<string, string>
  /** What values in its receipts are digested with; only where it was asked for. Tells nobody. */
  readonly salt?: string
  /** Of the files of the release that serves. */
  readonly drift?: Drift
  /** What the current release has for `<to>/run`. */
  readonly settings?: SettingsReceipt
  /** Only where they were asked for; a service that was stopped has none. */
  readonly services?: readonly ServiceNote[]
  /** The wrappers that are there of all that were written for it, absolute; only where they were asked for. */
  readonly wrappers?: readonly string[]
  /** `current` exists but is not a link of ours to a release with a receipt; says what it is. */
  readonly currentProblem?: string
  /** Of the venv that serves, if it is whole and its interpreter is the one it was built with. */
  readonly venv?: VenvReceipt
  /** The venv that the current release names, sound or not. */
  readonly served?: BuiltVenv
  /** All that were ever built for the instance; where the one that serves suits, only that one. */
  readonly built?: readonly BuiltVenv[]
  /** Shared packages that are there and sound; not asked for where the venv that serves suits. */
  readonly bases?: readonly string[]
  /** What `<home>/<name>` is: a link's text, `directory`, `file`, or nothing; `link` where its text cannot be told. */
  readonly homeEntry?: string
  /** Which of the two could neither be made nor written to. */
  readonly unwritable?: readonly ('to' | 'home')[]
}

/** All that the probe found out about one host. */
export interface HostFacts {
  readonly system: {
    readonly os: string
    readonly arch: string
    readonly user: string
    readonly uid: number
    readonly home: string
    readonly hostname: string
    /** The login shell. */
    readonly shell: string
    /** Seconds since 1970, by the host's clock. */
    readonly now: number
  }
  /** Paths of the programs that were asked for and are there. */
  readonly programs: Readonly<Record<string, string>>
  /** Only where the probe had to look for interpreters. */
  readonly interpreters: readonly Interpreter[]
  /** The uvs that are there, the first to be taken first; only where one is needed. */
  readonly uvs?: readonly { readonly path: string; readonly version: string }[]
  readonly instances: Readonly<Record<string, InstanceFacts>>
  readonly venvs: readonly VenvListing[]
  /** What could keep services there, and `linger`: the user's systemd outlives a login. Only where it was asked for. */
  readonly managers?: readonly (Keeper | 'linger')[]
  /** Bytes free where a path lives, for `check`. */
  readonly free: Readonly<Record<string, number>>
  /** Only where it was asked for, and the host has one. */
  readonly crontab?: CrontabFacts
  /** Only where an instance that was asked about wants ports. */
  readonly ports?: PortFacts
  /** Only where it was asked for. What a host cannot tell is empty, or null. */
  readonly machine?: {
    /** As os-release has it: `debian`, `12`. */
    readonly os: string
    readonly osVersion: string
    readonly cpus: number | null
    readonly memoryMb: number | null
  }
  /** The versions of which a program is there, `2.7`, `3.11`; only where they were asked for. */
  readonly pythons?: readonly string[]
  /** Whether sudo works without a password, by user; only where it was tried. */
  readonly sudo?: Readonly<Record<string, boolean>>
  /** Only where it was asked for, and the host has bash. */
  readonly login?: LoginFacts
}
