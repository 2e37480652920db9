import type { Emit } from '../events.js'
import type { GivenTo, Params } from '../run/param.js'
import type { TaskContext } from '../run/task.js'
import type { Ask, Connection } from '../transport/transport.js'

/** A machine, for a program. What is not said comes from ssh_config. */
export interface HostOptions {
  /** What events and failures call it. Default: its address. */
  readonly name?: string
  /** Name or IP address; `local`: this machine, without SSH. */
  readonly address: string
  readonly port?: number
  readonly user?: string
  readonly identityFile?: string
  /** `user@address:port` of the host to go through. */
  readonly jump?: string
  /** Env variables of all commands on it. */
  readonly env?: Readonly<Record<string, string>>
}

/** `deploy@web1.example.com:22`, `local`, a map, or a connection: that of a scripted host, in tests. */
export type HostLike = string | HostOptions | Connection

export interface ConnectOptions {
  /** Hears of all that happens, as the renderers of the command line do. */
  readonly onEvent?: Emit
  /** Stops what runs. */
  readonly signal?: AbortSignal
  /** Accept the key of a host that is in no known_hosts file, and keep it. Default: refuse it. A changed key never passes. */
  readonly acceptNew?: boolean
  /** Answers questions: unknown host keys, passphrases, passwords. Absent: nobody does. */
  readonly ask?: Ask
  /** The private key to log in with. */
  readonly identityFile?: string
  /** What sudo is told where it asks for a password. Default: `ask` is asked, once. */
  readonly sudoPassword?: string
  /** Where `local` commands run. Default: the current folder. */
  readonly folder?: string
}

/** A host that we are logged in to, with all that a task can do. */
export interface ConnectedHost extends Omit<TaskContext, 'instance'> {
  /** How we got in: `publickey id_ed25519`. */
  readonly login: string
  close(): Promise<void>
}

export interface ProgramRunOptions<P extends Params = Params> extends Omit<ConnectOptions, 'folder'> {
  /** Without `file`: the hosts to run on. With it: names and patterns of its hosts, which narrow what the task says. */
  readonly hosts?: readonly HostLike[]
  /** A deploy.yml, with its instances, hosts and tasks. */
  readonly file?: string
  /** With `file`: names and patterns that narrow what the task says. */
  readonly instances?: readonly string[]
  readonly groups?: readonly string[]
  readonly exclude?: readonly string[]
  /** What the task is told. */
  readonly args?: GivenTo<P>
  /** Hosts at once. Default: 64. */
  readonly parallel?: number
  /** Begin no further host after the first failure. */
  readonly failFast?: boolean
}
