import { describeKey } from './host-key-errors.js'
import type { ShownKey } from './known-hosts.js'
import type { Route } from './route.js'

/** How far a connection has come. */
export type Stage = 'TCP connection' | 'banner' | 'key exchange' | 'login'

/** How far a connection came before it failed, and what was seen on the way. */
export interface Passage {
  readonly by: 'ssh2' | "the system's ssh"
  /** The step that failed. */
  readonly failed: Stage | 'name lookup'
  /** Where our own line led. */
  readonly ip?: string | undefined
  /** `OpenSSH_9.2p1`. */
  readonly software?: string | undefined
  /** `curve25519-sha256`. */
  readonly keyExchange?: string | undefined
  readonly hostKey?: ShownKey | undefined
}

const steps = ['name lookup', 'TCP connection', 'banner', 'key exchange', 'login'] as const

/** The way to a host, one line each: what it was to be, each step that went well, and the one that did not. */
export function describePassage(route: Route, passage: Passage): string[] {
  const { user, hostName, port, alias, via, proxyCommand } = route
  const through = via === undefined ? [] : [`through: ${via.label} (${via.user}@${via.hostName}:${via.port})`]
  const command = proxyCommand === undefined ? [] : [`through: ${proxyCommand}`]
  const first = via === undefined && proxyCommand === undefined ? 0 : 2
  const reached = steps.indexOf(passage.failed)
  return [
    `address: ${user}@${hostName}:${port}${alias === hostName ? '' : `, asked for as ${alias}`}`,
    ...through,
    ...command,
    `by: ${passage.by}`,
    ...steps.slice(first, reached).map((step) => `${step}: ok${seen(step, passage)}`),
    `${passage.failed}: failed`,
  ]
}

function seen(step: (typeof steps)[number], { ip, software, keyExchange, hostKey }: Passage): string {
  const parts = {
    'name lookup': [],
    'TCP connection': [ip],
    banner: [software],
    'key exchange': [keyExchange, hostKey && `host key ${describeKey(hostKey)}`],
    login: [],
  }[step].filter((part) => part !== undefined)
  return parts.map((part) => `, ${part}`).join('')
}
