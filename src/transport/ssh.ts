import { access } from 'node:fs/promises'
import { hostname } from 'node:os'
import type { HostSpec } from '../config/spec.js'
import { createDial } from './dial.js'
import { createHostKeys } from './host-keys.js'
import { createIdentities } from './identities.js'
import type { UnknownKeys } from './keyed-host.js'
import type { LoggedIn } from './logged-in.js'
import { openLoginMemory } from './login-memory.js'
import { moreSessions } from './more-sessions.js'
import { oneAtATime } from './one-at-a-time.js'
import { Reach } from './reach.js'
import { type RouteOptions, routeTo } from './route.js'
import type { ChannelHost } from './ssh-channel.js'
import { sshConfig } from './ssh-config.js'
import { globConfigFiles, readConfigFile } from './ssh-config-files.js'
import { createSshOnlyKeys } from './ssh-only-keys.js'
import { openTerminal } from './ssh-terminal.js'
import { createSystemSsh, type SystemSsh } from './system-ssh.js'
import type { Ask, Brake, LoginConnection } from './transport.js'

export interface SshOptions {
  /** The local user's home folder, with `.ssh` in it. */
  readonly home: string
  /** The local user's name: who we are on a host where nothing else is said. */
  readonly user: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The hosts of deploy.yml: `jump` may name one. */
  readonly hosts: readonly HostSpec[]
  /** From the command line; they win over everything. */
  readonly overrides: { readonly user?: string; readonly identityFile?: string }
  readonly hostKeys: UnknownKeys
  /** Absent where there is no terminal. */
  readonly ask?: Ask
  /** Where it is kept which key each host took last time: 0600, in a folder of 0700. */
  readonly stateFile: string
  onNote(text: string, host?: string): void
  readonly brake?: Brake
  /** Between 0 and 1. */
  random(): number
  /** Rejects when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<unknown>
  /** Where ssh has its files for all users. Default: /etc/ssh. */
  readonly systemFolder?: string
}

/** The way to all hosts in one run. What is read, parsed, asked or looked up once serves all of them. */
export interface Ssh {
  /** Connects and logs in. Rejects with a VenvoyError: `unreachable`, `host-key` or `interrupted`. */
  connect(host: HostSpec, signal?: AbortSignal): Promise<LoginConnection>
  /** Closes all connections and keeps what was learnt for the next run. */
  close(): void
}

export function createSsh(options: SshOptions): Ssh {
  return new SshRun(options)
}

class SshRun implements Ssh {
  readonly #options: SshOptions
  readonly #routes: RouteOptions
  readonly #memory
  readonly #system
  readonly #reach

  constructor(options: SshOptions) {
    this.#options = options
    const { home, env, systemFolder = '/etc/ssh', onNote, random, sleep } = options
    const ask = options.ask && oneAtATime(options.ask)
    const hostKeys = createHostKeys(ask, onNote)
    this.#memory = openLoginMemory(options.stateFile)
    this.#system = createSystemSsh({ home, systemFolder, env, hostKeys, ask, note: onNote })
    this.#routes = routeOptions(options, (question) => this.#system.says(question))
    this.#reach = new Reach({
      ...{ ask, hostKeys, random, sleep, note: onNote },
      identities: createIdentities(ask),
      memory: this.#memory,
      dial: createDial(env),
      system: this.#system,
      sshOnlyKeys: createSshOnlyKeys(),
      fastLogin: env.VENVOY_FAST_LOGIN !== '0',
      hasTicket: () => hasTicket(env, this.#routes.localUid),
    })
  }

  async connect(host: HostSpec, signal?: AbortSignal): Promise<LoginConnection> {
    const route = await routeTo(host, this.#routes)
    const all: LoggedIn[] = []
    const connect = async () => {
      const loggedIn = await this.#reach.to(route, signal)
      all.push(loggedIn)
      return { loggedIn, channels: this.#channelsOf(route.label, loggedIn) }
    }
    const { loggedIn, channels } = await connect()
    return {
      login: loggedIn.how,
      place: { address: route.hostName, ...(loggedIn.ip !== undefined && { ip: loggedIn.ip }) },
      open: moreSessions(channels, async () => (await connect()).channels),
      openTerminal: (terminal, script) => openTerminal(channels, terminal, script),
      close() {
        for (const each of all) each.close()
      },
    }
  }

  #channelsOf(label: string, { sessions, onClose }: LoggedIn): ChannelHost {
    let lost = false
    onClose(() => {
      lost = true
    })
    return { label, sessions, isLost: () => lost, brake: this.#options.brake }
  }

  close(): void {
    this.#reach.close()
    this.#system.close()
    try {
      this.#memory.save()
    } catch (error) {
      this.#options.onNote(`what was learnt for faster logins could not be kept: ${(error as Error).message}`)
    }
  }
}

function routeOptions(options: SshOptions, ask: SystemSsh['says']): RouteOptions {
  const { home, user, env, hosts, overrides, hostKeys, onNote, systemFolder = '/etc/ssh' } = options
  const settings = sshConfig({
    files: [
      { path: `${home}/.ssh/config`, folder: `${home}/.ssh` },
      { path: `${systemFolder}/ssh_config`, folder: systemFolder },
    ],
    localUser: user,
    read: readConfigFile,
    glob: (pattern, folder) => globConfigFiles(pattern, folder, home),
    ask,
    note: (text) => onNote(text),
  })
  return {
    ...{ home, user, hosts, overrides, hostKeys, systemFolder, settings, note: onNote },
    env: (name) => env[name],
    localUid: process.getuid?.() ?? 0,
    localHost: hostname(),
  }
}

/** In the usual place, or in that which the env names. */
const hasTicket = async (env: SshOptions['env'], uid: number): Promise<boolean> =>
  env.KRB5CCNAME !== undefined ||
  access(`/tmp/krb5cc_${uid}`).then(
    () => true,
    () => false,
  )
