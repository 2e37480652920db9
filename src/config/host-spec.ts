import type { Secret, Word } from '../shell/command.js'
import type { Scalar } from './scalar.js'

/** A machine, as the file says; what is undefined comes from ssh_config. */
export interface HostSpec {
  readonly name: string
  /** `local` needs no SSH. */
  readonly local: boolean
  readonly address?: string
  readonly port?: number
  readonly user?: string
  readonly identityFile?: string
  /** The name of a host of the file, or `user@address:port`. */
  readonly jump?: string
  /** Who speaks SSH; by itself venvoy takes ssh2, and the system's ssh where ssh2 cannot. */
  readonly transport?: 'auto' | 'ssh2' | 'ssh'
  /** What sudo is told if it asks; its value is empty where it is not set. */
  readonly sudoPassword?: Secret
  readonly env: Readonly<Record<string, Word>>
  readonly vars: Readonly<Record<string, Scalar>>
}
