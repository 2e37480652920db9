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
  /**
   * Runs a command line in the user's login shell. `input` is written right behind the request, which saves a round trip.
   * Rejects when the host refuses to run anything.
   */
  open(command: string, input: Uint8Array, onOutput: OnOutput): Promise<Channel>
  close(): void
}

/** Asks the person at the terminal; absent where there is none. */
export interface Ask {
  confirm(question: string): Promise<boolean>
  /** What is typed does not show. */
  secret(prompt: string): Promise<string>
}
