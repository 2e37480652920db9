/** How a command on a host ended. No code and no signal: the connection was lost and the outcome is unknown. */
export interface ChannelEnd {
  readonly code?: number
  /** `KILL`, without SIG. */
  readonly signal?: string
}

export type OnOutput = (stream: 'stdout' | 'stderr', chunk: Uint8Array) => void

/** Gives a promise while whoever shows the output is behind; nothing more is to be read until it resolves. */
export type Brake = () => Promise<void> | undefined

/** One running command with its streams. */
export interface Channel {
  /** Resolves when the bytes are handed on: wait for it, so that memory stays bounded. */
  write(chunk: Uint8Array): Promise<void>
  /** Closes the command's stdin. */
  end(): void
  /** Resolves when both streams have ended and the exit is known or lost; never rejects. */
  readonly closed: Promise<ChannelEnd>
}

/** A host that we are logged in to. */
export interface Connection {
  /** How we got in, for people: `publickey id_ed25519 (fast)`, `local`. */
  readonly login: string
  /** Where the host was reached: as its address is written, and as it was looked up. */
  readonly place?: { readonly address: string; readonly ip?: string }
  /**
   * Runs a command line in the user's login shell. `input` is written right behind the request, which saves a round trip.
   * Rejects when the host refuses to run anything.
   */
  open(command: string, input: Uint8Array, onOutput: OnOutput): Promise<Channel>
  close(): void
}

/** The terminal that a person sits at, as it is lent to a shell. */
export interface Terminal {
  /** Its TERM: `xterm-256color`. */
  readonly kind: string
  size(): { readonly columns: number; readonly rows: number }
  /** From now on every byte that is typed is handed on, and the terminal does nothing by itself. Gives what ends it. */
  take(onTyped: (chunk: Uint8Array) => void, onResize: () => void): () => void
  write(chunk: Uint8Array): void
}

/** A host that a person can work on. */
export interface LoginConnection extends Connection {
  /**
   * Lends the terminal to the user's login shell, or to what `script` becomes: a POSIX shell reads it, and it shows nowhere.
   * Resolves when the shell has ended. Rejects when the host refuses a terminal.
   */
  openTerminal(terminal: Terminal, script?: string): Promise<ChannelEnd>
}

/** Asks the person at the terminal; absent where there is none. */
export interface Ask {
  confirm(question: string): Promise<boolean>
  /** What is typed does not show. */
  secret(prompt: string): Promise<string>
}
