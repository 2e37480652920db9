import type { Command, Word } from '../shell/command.js'

/** A process that runs as long as the instance serves. */
export interface ServiceSpec {
  readonly name: string
  readonly command: Command
  /** Over the env of the instance. */
  readonly env: Readonly<Record<string, Word>>
  /** `TERM` */
  readonly stopSignal: string
  /** Seconds until it is killed. */
  readonly stopTimeout: number
  readonly restart: 'always' | 'on-failure' | 'no'
}

/** What keeps services running on a host. */
export type Keeper = 'systemd-user' | 'systemd-system' | 'supervisor' | 'pidfile'

export interface KeeperSpec {
  readonly use: 'auto' | Keeper
  /** Of supervisor: its supervisord.conf; may start with `~/`. */
  readonly config?: string
}
