/** What to do about a host whose key is not known yet. */
export type UnknownKeys = 'ask' | 'accept-new' | 'strict'

/** The side of a host that its key is checked against. */
export interface KeyedHost {
  /** For people: `web1`. */
  readonly label: string
  /** As known_hosts has it: `[10.0.0.7]:2222`. */
  readonly keyName: string
  /** The same without the port. */
  readonly plainName: string
  readonly knownHostsFiles: readonly string[]
  readonly globalKnownHostsFiles: readonly string[]
  readonly unknownKeys: UnknownKeys
  readonly hashNames: boolean
}
