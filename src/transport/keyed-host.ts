import { hostKeyName } from './known-hosts.js'
import type { SshSettings } from './ssh-settings.js'

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
  /** HostKeyAlias: the name that the key has whatever the address. */
  readonly alias?: string
  readonly knownHostsFiles: readonly string[]
  readonly globalKnownHostsFiles: readonly string[]
  readonly unknownKeys: UnknownKeys
  readonly hashNames: boolean
}

interface KeyedOptions {
  readonly home: string
  /** The folder of ssh's own files for all users. */
  readonly systemFolder: string
  readonly hostKeys: UnknownKeys
  note(text: string, host: string): void
}

/** How a host's key is looked up: what ssh_config says, and the command line over it. `expand` fills in tokens. */
export function keyedHost(
  label: string,
  hostName: string,
  port: number,
  settings: SshSettings,
  options: KeyedOptions,
  expand: (text: string) => string,
): KeyedHost {
  const { home, systemFolder } = options
  const own = settings.userKnownHostsFiles ?? [`${home}/.ssh/known_hosts`, `${home}/.ssh/known_hosts2`]
  const all = settings.globalKnownHostsFiles ?? [`${systemFolder}/ssh_known_hosts`, `${systemFolder}/ssh_known_hosts2`]
  const files = (said: readonly string[]) => said.filter((file) => file.toLowerCase() !== 'none').map(expand)
  const alias = settings.hostKeyAlias?.toLowerCase()
  return {
    label,
    keyName: alias ?? hostKeyName(hostName, port),
    plainName: alias ?? hostKeyName(hostName, 22),
    ...(alias === undefined ? {} : { alias }),
    knownHostsFiles: files(own),
    globalKnownHostsFiles: files(all),
    unknownKeys: unknownKeys(label, settings.strictHostKeyChecking, options),
    hashNames: settings.hashKnownHosts ?? false,
  }
}

/** What the command line says counts; `ask` is its default and leaves it to ssh_config. */
function unknownKeys(label: string, said: string | undefined, { hostKeys, note }: KeyedOptions): UnknownKeys {
  if (hostKeys !== 'ask' || said === undefined) return hostKeys
  if (said === 'accept-new') return 'accept-new'
  if (said === 'no' || said === 'off') {
    note('ssh_config says StrictHostKeyChecking no: venvoy takes new host keys, but never changed ones', label)
    return 'accept-new'
  }
  return said === 'yes' ? 'strict' : 'ask'
}
