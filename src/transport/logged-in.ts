import type { Duplex, Readable } from 'node:stream'
import type { PseudoTtyOptions } from 'ssh2'
import type { KnownLogin } from './login-memory.js'

/** A channel on a host. `close` comes last, with the code (null beside a signal) and the signal (`SIGTERM`). */
export interface RemoteChannel extends Duplex {
  readonly stderr: Readable
  setWindow(rows: number, columns: number, height: number, width: number): void
  close(): void
}

/** An open channel in which nothing runs yet. */
export interface RawSession {
  readonly channel: RemoteChannel
  /** Asks to run a command line and writes `early` behind the question. Gives what of it was not sent, once the host agrees. */
  exec(command: string, early: Uint8Array): Promise<Uint8Array>
}

/** What a host that has let us in can be asked for. All of it rejects with an Error when the host refuses. */
export interface Sessions {
  /** Undefined where a session cannot be opened without running something at once. */
  open(): Promise<RawSession> | undefined
  exec(command: string): Promise<RemoteChannel>
  /** A terminal with a command in it, or the login shell. */
  terminal(pty: PseudoTtyOptions, command: string | undefined): Promise<RemoteChannel>
  /** A line from there onwards. */
  forward(hostName: string, port: number): Promise<Duplex>
}

/** A host that has let us in. */
export interface LoggedIn {
  /** `publickey id_ed25519 (fast)`. */
  readonly how: string
  /** The address at the other end, where the line is our own. */
  readonly ip: string | undefined
  /** What would let us in at once the next time. */
  readonly learnt?: KnownLogin
  /** The socket of the ssh process that holds the connection, where one does. */
  readonly controlPath?: string
  readonly sessions: Sessions
  /** Calls back when the connection has ended, however that came. */
  onClose(told: () => void): void
  close(): void
}
