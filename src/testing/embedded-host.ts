import { mkdir } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { type EmbeddedFaults, openDoor } from './embedded-door.js'
import { createDoorkeeper } from './embedded-doorkeeper.js'
import type { EmbeddedLogin } from './embedded-login.js'
import { createProcessGroups } from './embedded-process-groups.js'
import { createSshServer } from './embedded-ssh.js'
import { freshKey } from './fresh-key.js'
import { makeTempFolder, removeFolder } from './temp-folder.js'

export interface EmbeddedHostOptions {
  /** The home of its user; default: a new temporary folder, which `stop` removes. */
  readonly home?: string
  /** Default: a free one. */
  readonly port?: number
  /** The loopback address to listen on; default 127.0.0.1. */
  readonly address?: string
  /** The user's login shell; default /bin/sh. */
  readonly shell?: string
  /** More env for all commands. */
  readonly env?: Readonly<Record<string, string>>
  /** A private key in OpenSSH's form; default: a fresh ed25519 key. */
  readonly hostKey?: string
  readonly login?: EmbeddedLogin
}

export interface EmbeddedHost {
  readonly address: string
  readonly port: number
  readonly user: string
  readonly home: string
  /** The host's line for a known_hosts file. */
  readonly knownHosts: string
  /** The private key that is let in, in OpenSSH's text form. */
  readonly clientKey: string
  /** How many connections are open. */
  connections(): number
  /** Cuts all connections, as a network failure would. */
  dropConnections(): void
  setFaults(faults: EmbeddedFaults): void
  /** Closes everything, ends the processes that were started here and removes the host's own folder. */
  stop(): Promise<void>
}

/**
 * Starts an SSH host inside this program, for tests and for the demo: commands are run by a real shell, as the user who
 * runs this program, in a home of their own. Rejects when the address cannot be listened on.
 */
export async function startEmbeddedHost(options: EmbeddedHostOptions = {}): Promise<EmbeddedHost> {
  const home = options.home ?? (await makeTempFolder('venvoy-host-'))
  const leaveHome = async () => {
    if (options.home === undefined) await removeFolder(home)
  }
  try {
    return await openHost(home, options, leaveHome)
  } catch (error) {
    await leaveHome()
    throw error
  }
}

async function openHost(
  home: string,
  options: EmbeddedHostOptions,
  leaveHome: () => Promise<void>,
): Promise<EmbeddedHost> {
  const { address = '127.0.0.1', shell = '/bin/sh', hostKey = freshKey().private, login = {} } = options
  const user = userName()
  const clientKey = freshKey()
  const groups = createProcessGroups()
  const doorkeeper = createDoorkeeper(user, {
    ...login,
    authorizedKeys: [clientKey.public, ...(login.authorizedKeys ?? [])],
  })
  const env = { ...(await homeEnv(home, user, shell)), ...options.env }
  const ssh = createSshServer(hostKey, doorkeeper, { shell, home, env }, groups)
  const door = await openDoor(address, options.port ?? 0, (socket) => ssh.injectSocket(socket))

  return {
    ...{ address, port: door.port, user, home },
    knownHosts: knownHostsLine(address, door.port, hostKey),
    clientKey: clientKey.private,
    connections: door.count,
    dropConnections: door.drop,
    setFaults: door.setFaults,
    async stop() {
      await door.close()
      await groups.end(1000)
      await leaveHome()
    },
  }
}

/** What sshd and a login would give, and nothing of the env of this program but its PATH and language. */
async function homeEnv(home: string, user: string, shell: string): Promise<Record<string, string>> {
  const inherited = Object.entries(process.env).filter(([name]) => /^(PATH|LANG|LC_[A-Z]+)$/.test(name)) // LC_ALL
  const folders = {
    TMPDIR: join(home, 'tmp'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local', 'share'),
    XDG_STATE_HOME: join(home, '.local', 'state'),
  }
  await mkdir(folders.TMPDIR, { recursive: true, mode: 0o700 })
  return {
    ...(Object.fromEntries(inherited) as Record<string, string>),
    ...{ HOME: home, USER: user, LOGNAME: user, SHELL: shell },
    ...folders,
    PIP_CACHE_DIR: join(folders.XDG_CACHE_HOME, 'pip'),
    PIP_CONFIG_FILE: '/dev/null',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
  }
}

/** The line that makes a client trust this host and no other at its address. */
function knownHostsLine(address: string, port: number, hostKey: string): string {
  const key = ssh2.utils.parseKey(hostKey)
  if (key instanceof Error) throw key
  return `${port === 22 ? address : `[${address}]:${port}`} ${key.type} ${key.getPublicSSH().toString('base64')}\n`
}

/** In a container the user may have no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid${process.getuid?.()}`
  }
}
