import type { KeyedHost } from './keyed-host.js'
import type { Route } from './route.js'

interface ConnectionOf {
  readonly route: Route
  /** The ssh_config to read in place of the usual ones. */
  readonly configFile?: string
  /** Where the connection is to listen for us. */
  readonly controlPath: string
  /** The same of the jump host, where there is one. */
  readonly jumpPath?: string
  /** Whether there is somebody to ask. */
  readonly canAsk: boolean
  /** Whether the name of a new host is hashed where it is written down. */
  readonly hashNames: boolean
}

/**
 * The arguments of an ssh that holds a connection and nothing else. What venvoy has settled itself stands here and so comes
 * before ssh_config; what only ssh knows it takes from there.
 */
export function sshArguments({ route, configFile, controlPath, jumpPath, canAsk, hashNames }: ConnectionOf): string[] {
  const { keys, certificates, keyed } = route
  const options: readonly (readonly [string, string])[] = [
    // Older ones do not know these, and do none of it by themselves.
    ['IgnoreUnknown', 'ForkAfterAuthentication,StdinNull,SessionType,RemoteCommand,UpdateHostKeys,AddKeysToAgent'],
    ...withValue('no', [
      ...['ForkAfterAuthentication', 'StdinNull', 'ForwardAgent', 'ForwardX11', 'PermitLocalCommand', 'Tunnel'],
      ...['UpdateHostKeys', 'AddKeysToAgent', 'ControlPersist', 'VisualHostKey', 'RequestTTY'],
    ]),
    ...withValue('yes', ['ClearAllForwardings', 'ControlMaster']),
    ['RemoteCommand', 'none'],
    ['ControlPath', literal(controlPath)],
    ['LogLevel', 'DEBUG1'],
    ['BatchMode', canAsk ? 'no' : 'yes'],
    ['ConnectionAttempts', '1'],
    ['ConnectTimeout', String(Math.ceil(route.timeoutMs / 1000))],
    ['ServerAliveInterval', String(Math.ceil(route.alive.intervalMs / 1000))],
    ['ServerAliveCountMax', String(route.alive.count)],
    ['HostName', route.hostName],
    ['Port', String(route.port)],
    ['User', quoted(route.user)],
    ['HashKnownHosts', hashNames ? 'yes' : 'no'],
    ...hostKeys(keyed),
    ...wayThere(route, jumpPath),
    ...keys.files.map(({ path }) => ['IdentityFile', literal(path)] as const),
    ...certificates.map((path) => ['CertificateFile', literal(path)] as const),
    ['IdentityAgent', keys.agent === undefined ? 'none' : literal(keys.agent)],
    ...(keys.only ? [['IdentitiesOnly', 'yes'] as const] : []),
  ]
  const config = configFile === undefined ? [] : ['-F', configFile]
  return [...config, '-N', '-T', ...options.flatMap(([key, value]) => ['-o', `${key}=${value}`]), '--', route.alias]
}

const withValue = (value: string, keys: readonly string[]) => keys.map((key) => [key, value] as const)

/** Known keys and what becomes of unknown ones: as for ssh2. */
function hostKeys(keyed: KeyedHost): (readonly [string, string])[] {
  const files = (paths: readonly string[]) => (paths.length === 0 ? 'none' : paths.map(literal).join(' '))
  const strict = { strict: 'yes', 'accept-new': 'accept-new', ask: 'ask' }[keyed.unknownKeys]
  return [
    ['StrictHostKeyChecking', strict],
    ['UserKnownHostsFile', files(keyed.knownHostsFiles)],
    ['GlobalKnownHostsFile', files(keyed.globalKnownHostsFiles)],
    ['CheckHostIP', 'no'],
    ...(keyed.alias === undefined ? [] : [['HostKeyAlias', keyed.alias] as const]),
  ]
}

/** Through the connection that we have to the jump host already; a ProxyCommand is ssh's own to run. */
function wayThere(route: Route, jumpPath: string | undefined): (readonly [string, string])[] {
  if (jumpPath !== undefined) {
    const address = `[${route.hostName}]:${route.port}`
    // Never a connection of its own: the one that is there, or none.
    const own = '-F none -o ProxyCommand=false -o BatchMode=yes'
    return [['ProxyCommand', `ssh ${own} -S '${jumpPath}' -W '${address}' jump`]]
  }
  return route.proxyCommand === undefined ? [['ProxyJump', 'none']] : []
}

/** A path as one word, in which nothing is a token: `%` stands for itself. */
const literal = (path: string) => quoted(path.replaceAll('%', '%%'))

const quoted = (text: string) => (/[\s"'\\#]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text)
