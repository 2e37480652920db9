import { hostname } from 'node:os'
import pLimit, { type LimitFunction } from 'p-limit'
import type { HostSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import { type Again, ConnectFailure, interrupted, noJumpHost } from './connect-errors.js'
import { createDial } from './dial.js'
import { handshake, type LoggedIn } from './handshake.js'
import { createHostKeys } from './host-keys.js'
import { createIdentities } from './identities.js'
import type { UnknownKeys } from './keyed-host.js'
import { openLoginMemory } from './login-memory.js'
import { oneAtATime } from './one-at-a-time.js'
import { type Route, type RouteOptions, routeTo } from './route.js'
import { openChannel } from './ssh-channel.js'
import { sshConfig } from './ssh-config.js'
import { globConfigFiles, readConfigFile } from './ssh-config-files.js'
import { openTerminal } from './ssh-terminal.js'
import type { Ask, Brake, LoginConnection } from './transport.js'

export interface SshOptions {
  /** The local user's home folder, with `.ssh` in it. */
  readonly home: string
  /** The local user's name: who we are on a host where nothing else is said. */
  readonly user: string
  env(name: string): string | undefined
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

const mostTries = 3
/** A host that is only overloaded takes us again after this. */
const soonMs = 300
/** sshd's MaxStartups drops at random; its PerSourcePenalties last 15 s and more. */
const laterMs = [2000, 16_000]
/** Our handshakes share one thread; sshd drops logins at random when more than ten are under way. */
const mostHandshakes = 32
const mostHandshakesThroughJump = 8

export function createSsh(options: SshOptions): Ssh {
  return new SshRun(options)
}

class SshRun implements Ssh {
  readonly #options: SshOptions
  readonly #ask: Ask | undefined
  readonly #routes: RouteOptions
  readonly #identities
  readonly #hostKeys
  readonly #memory
  readonly #dial = createDial()
  readonly #handshakes = pLimit(mostHandshakes)
  readonly #throughJump = new Map<string, LimitFunction>()
  readonly #jumps = new Map<string, Promise<LoggedIn>>()
  readonly #open = new Set<LoggedIn>()
  readonly #closing = new AbortController()

  constructor(options: SshOptions) {
    this.#options = options
    this.#ask = options.ask && oneAtATime(options.ask)
    this.#routes = routeOptions(options)
    this.#identities = createIdentities(this.#ask)
    this.#hostKeys = createHostKeys(this.#ask, options.onNote)
    this.#memory = openLoginMemory(options.stateFile)
  }

  async connect(host: HostSpec, signal = this.#closing.signal): Promise<LoginConnection> {
    const route = routeTo(host, this.#routes)
    const jump = route.via && (await this.#throughTo(route, route.via, signal))
    const loggedIn = await this.#reach(route, jump, true, AbortSignal.any([signal, this.#closing.signal]))
    let lost = false
    loggedIn.client.once('close', () => {
      lost = true
    })
    let { session } = loggedIn
    const takeSession = () => {
      const taken = session
      session = undefined
      return taken
    }
    const channelHost = { ...loggedIn, label: route.label, takeSession, isLost: () => lost, brake: this.#options.brake }
    return {
      login: loggedIn.how,
      place: { address: route.hostName, ...(loggedIn.ip !== undefined && { ip: loggedIn.ip }) },
      open: (command, input, onOutput) => openChannel(channelHost, command, input, onOutput),
      openTerminal: (terminal, script) => openTerminal(channelHost, terminal, script),
      close: () => loggedIn.close(),
    }
  }

  close(): void {
    this.#closing.abort()
    for (const each of this.#open) each.close()
    try {
      this.#memory.save()
    } catch (error) {
      this.#options.onNote(`what was learnt for faster logins could not be kept: ${(error as Error).message}`)
    }
  }

  /** The connection to a jump host: one for all hosts behind it. */
  async #throughTo(route: Route, via: Route, signal: AbortSignal): Promise<LoggedIn> {
    const known = this.#jumps.get(via.id) ?? this.#connectJump(via)
    this.#jumps.set(via.id, known)
    try {
      // It is not this host's alone: when this one is given up, the others still want it.
      return await Promise.race([known, rejectedBy(signal, route)])
    } catch (error) {
      throw error instanceof VenvoyError && error.kind !== 'interrupted' ? noJumpHost(route, via, error) : error
    }
  }

  async #connectJump(via: Route): Promise<LoggedIn> {
    const forget = () => this.#jumps.delete(via.id)
    try {
      const jump = via.via && (await this.#throughTo(via, via.via, this.#closing.signal))
      const loggedIn = await this.#reach(via, jump, false, this.#closing.signal)
      loggedIn.client.once('close', forget)
      return loggedIn
    } catch (error) {
      forget()
      throw error
    }
  }

  /** Tries until it works or there is no point in trying again. */
  async #reach(route: Route, jump: LoggedIn | undefined, withSession: boolean, signal: AbortSignal): Promise<LoggedIn> {
    const { identities, problems } = await this.#identities.wanted(route.keys)
    const algorithms = await this.#hostKeys.algorithms(route.keyed)
    for (let tries = 1, fast = this.#options.env('VENVOY_FAST_LOGIN') !== '0'; ; ) {
      const known = fast ? this.#memory.recall(route.id) : undefined
      try {
        const shared = { dial: this.#dial, hostKeys: this.#hostKeys, algorithms, identities, problems, ask: this.#ask }
        return await this.#inTurn(route, async () => {
          const loggedIn = await handshake({ ...shared, route, jump: jump?.client, known, withSession, signal })
          return this.#keep(route, loggedIn)
        })
      } catch (error) {
        if (!(error instanceof ConnectFailure)) throw error
        if (error.again === 'never' || tries === mostTries) throw error.failure
        if (error.again === 'slowly') fast = false
        else await this.#pause(route, error.again, tries++, signal)
      }
    }
  }

  #keep(route: Route, loggedIn: LoggedIn): LoggedIn {
    this.#open.add(loggedIn)
    loggedIn.client.once('close', () => this.#open.delete(loggedIn))
    if (loggedIn.learnt === undefined) this.#memory.forget(route.id)
    else this.#memory.remember(route.id, loggedIn.learnt)
    return loggedIn
  }

  /** The limit of the jump host first: whoever holds a place in the second one waits for nobody. */
  #inTurn<T>(route: Route, work: () => Promise<T>): Promise<T> {
    if (route.via === undefined) return this.#handshakes(work)
    const limit = this.#throughJump.get(route.via.id) ?? pLimit(mostHandshakesThroughJump)
    this.#throughJump.set(route.via.id, limit)
    return limit(() => this.#handshakes(work))
  }

  async #pause(route: Route, again: Again, tries: number, signal: AbortSignal): Promise<void> {
    const { random, sleep, onNote } = this.#options
    const ms = Math.round((again === 'later' ? laterMs[tries - 1]! : soonMs * 2 ** tries) * (0.75 + random() / 2))
    if (again === 'later') {
      const reason = 'it closed the connection at once; its sshd may be penalising this address'
      onNote(`${reason}: next try in ${Math.ceil(ms / 1000)} s`, route.label)
    }
    await sleep(ms, signal).catch(() => {
      throw interrupted(route)
    })
  }
}

function routeOptions(options: SshOptions): RouteOptions {
  const { home, user, env, hosts, overrides, hostKeys, onNote, systemFolder = '/etc/ssh' } = options
  const settings = sshConfig({
    files: [
      { path: `${home}/.ssh/config`, folder: `${home}/.ssh` },
      { path: `${systemFolder}/ssh_config`, folder: systemFolder },
    ],
    localUser: user,
    read: readConfigFile,
    glob: (pattern, folder) => globConfigFiles(pattern, folder, home),
    note: (text) => onNote(text),
  })
  const localUid = process.getuid?.() ?? 0
  return {
    home,
    user,
    localUid,
    localHost: hostname(),
    env,
    hosts,
    overrides,
    hostKeys,
    systemFolder,
    settings,
    note: onNote,
  }
}

function rejectedBy(signal: AbortSignal, route: Route): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(interrupted(route))
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}
