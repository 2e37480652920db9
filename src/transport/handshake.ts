import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import ssh2, { type HostVerifier, type ServerHostKeyAlgorithm } from 'ssh2'
import { algorithms } from './algorithms.js'
import { ConnectFailure, hungUp, interrupted, notAccepted, timedOut } from './connect-errors.js'
import { createDeadline, type Deadline } from './deadline.js'
import type { Dial } from './dial.js'
import { allowsFastLogin, beginFastLogin, type FastLogin } from './fast-login.js'
import { handshakeFailure, type SshError } from './handshake-failure.js'
import { hangUp } from './hang-up.js'
import type { HostKeys } from './host-keys.js'
import type { Identity } from './identities.js'
import { KeyCheck } from './key-check.js'
import type { LoggedIn, Sessions } from './logged-in.js'
import { createLogin, type Login } from './login.js'
import type { KnownLogin } from './login-memory.js'
import type { Passage, Stage } from './passage.js'
import type { Route } from './route.js'
import { type Internals, internalsOf } from './ssh2-internals.js'
import { ssh2Sessions } from './ssh2-sessions.js'
import type { Ask } from './transport.js'

export interface HandshakeOptions {
  readonly route: Route
  /** The connection to the jump host, where there is one. */
  readonly jump: Sessions | undefined
  readonly dial: Dial
  /** Waits for a place among the handshakes; gives what leaves it. */
  place(): Promise<() => void>
  readonly hostKeys: HostKeys
  readonly algorithms: readonly ServerHostKeyAlgorithm[]
  readonly identities: readonly Identity[]
  /** Keys that cannot be tried, and why. */
  readonly problems: readonly string[]
  readonly ask: Ask | undefined
  /** What let us in last time, if fast login may be tried. */
  readonly known: KnownLogin | undefined
  /** Whether a session is to be opened along with a fast login. */
  readonly withSession: boolean
  readonly signal: AbortSignal
}

/** One try to connect and log in. Rejects with a ConnectFailure, in any case within the route's time limit. */
export function handshake(options: HandshakeOptions): Promise<LoggedIn> {
  return new Handshake(options).run()
}

class Handshake {
  readonly #options: HandshakeOptions
  readonly #client = new ssh2.Client()
  readonly #login: Login
  readonly #key: KeyCheck
  readonly #giveUp = new AbortController()
  #settle: { resolve(loggedIn: LoggedIn): void; reject(error: unknown): void } | undefined
  #deadline: Deadline | undefined
  #stage: Stage = 'TCP connection'
  #line: Duplex | undefined
  #internals: Internals | undefined
  /** The first that the host said. */
  #greeting = 'SSH-'
  #keyExchange: string | undefined
  #fast: FastLogin | undefined
  #leave = () => {}

  constructor(options: HandshakeOptions) {
    this.#options = options
    const { route, identities, problems, ask, hostKeys } = options
    this.#login = createLogin({
      user: route.user,
      label: `${route.user}@${route.hostName}`,
      identities,
      problems,
      ask,
      asking: (isAsking) => this.#deadline?.hold(isAsking),
      broken: (error) => this.#fail(notAccepted(route, this.#login, error.message)),
    })
    this.#key = new KeyCheck({
      ...{ keyed: route.keyed, hostKeys },
      asking: (isAsking) => this.#deadline?.hold(isAsking),
      broken: (error) => this.#fail(hungUp(route, this.#stage, error.message)),
    })
  }

  run(): Promise<LoggedIn> {
    const { route, jump, dial, signal } = this.#options
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
      if (signal.aborted) return this.#abort()
      signal.addEventListener('abort', this.#abort)
      this.#deadline = createDeadline(route.timeoutMs, () => this.#fail(timedOut(route, this.#stage)))
      dial(route, jump, this.#giveUp.signal).then(
        (line) => this.#start(line),
        (error) => this.#fail(error),
      )
    })
  }

  #start(line: Duplex): void {
    this.#line = line
    if (this.#settle === undefined) this.#close()
    else this.#begin(line)
  }

  #begin(line: Duplex): void {
    this.#enter('banner')
    this.#listen()
    this.#client.connect({
      sock: line as Socket,
      username: this.#options.route.user,
      authHandler: this.#login.handler,
      hostVerifier: ((key: Buffer, verify: (valid: boolean) => void) => this.#verify(key, verify)) as HostVerifier,
      algorithms: { ...algorithms, serverHostKey: [...this.#options.algorithms] },
      // Our own limit says what hung.
      readyTimeout: 0,
      keepaliveInterval: this.#options.route.alive.intervalMs,
      keepaliveCountMax: this.#options.route.alive.count,
    })
    // After `connect`, which pauses the line: the first listener would otherwise set it going too early.
    line.once('data', (chunk: Buffer) => {
      this.#enter('key exchange')
      this.#greeting = chunk.toString('latin1')
      this.#takePlace(line)
    })
    this.#internals = internalsOf(this.#client)
    this.#internals?.onAuthFailure((methods, partial) => this.#login.refused(methods, partial))
  }

  /** Only a host that says something takes a place; until there is one, it is heard no further. */
  #takePlace(line: Duplex): void {
    line.pause()
    this.#deadline?.hold(true)
    void this.#options.place().then((leave) => {
      if (this.#settle === undefined) return leave()
      this.#leave = leave
      this.#deadline?.hold(false)
      line.resume()
    })
  }

  /** A slow host that gets on has the whole time for each step. */
  #enter(stage: Stage): void {
    this.#stage = stage
    this.#deadline?.restart()
  }

  #listen(): void {
    const expired = 'the password has expired: log in with ssh once'
    this.#client
      .on('error', (error: SshError) => this.#onError(error))
      .on('close', () => this.#handshakeFailure(new Error('the connection was closed')))
      .on('handshake', ({ kex }) => this.#onKeysExchanged(kex))
      .on('ready', () => this.#onReady())
      .on('change password', () => this.#fail(notAccepted(this.#options.route, this.#login, expired)))
  }

  /** ssh2 waits for `verify` when nothing is returned. */
  #verify(key: Buffer, verify: (valid: boolean) => void): boolean | undefined {
    return this.#key.verify(key, (isValid) => {
      if (this.#settle !== undefined) verify(isValid)
    })
  }

  #onKeysExchanged(kex: string): void {
    this.#keyExchange = kex
    if (this.#settle === undefined) return
    this.#enter('login')
    // Only now has the host shown that the key is its own.
    this.#key.save()
    const { known, identities, withSession, route } = this.#options
    if (known === undefined || known.hostKey !== this.#key.shown?.fingerprint || !this.#internals) return
    const key = identities.find((each) => each.fingerprint === known.key)
    if (key === undefined) return
    const failed = (error: Error) => this.#handshakeFailure(error)
    this.#fast = beginFastLogin({
      ...{ internals: this.#internals, login: this.#login },
      ...{ key, user: route.user, withSession, failed },
    })
  }

  #onReady(): void {
    const settle = this.#finish()
    const key = this.#login.soleKey()
    const isFast = this.#fast !== undefined && this.#fast.key === key
    const isLearnt = key !== undefined && allowsFastLogin(this.#internals, key)
    settle?.resolve({
      ip: (this.#line as Partial<Socket>).remoteAddress,
      how: `${this.#login.how()}${isFast ? ' (fast)' : ''}`,
      ...(isLearnt && { learnt: { hostKey: this.#key.shown?.fingerprint ?? '', key: key.fingerprint } }),
      sessions: ssh2Sessions(this.#client, this.#internals, isFast ? this.#fast?.session : undefined),
      onClose: (told) => this.#client.once('close', told),
      close: this.#close,
    })
  }

  #onError(error: SshError): void {
    // A key that the agent did not sign with: the next one is tried.
    if (error.level === 'agent') return
    if (this.#key.refusal !== undefined) this.#fail(new ConnectFailure(this.#key.refusal, 'never'))
    else this.#handshakeFailure(error)
  }

  #handshakeFailure(error: SshError): void {
    const failure = handshakeFailure(error, {
      route: this.#options.route,
      login: this.#login,
      stage: this.#stage,
      greeting: this.#greeting,
    })
    // What came behind the signature may be what the host did not like.
    const isFast = this.#fast !== undefined && !this.#login.wasRefused()
    this.#fail(isFast ? new ConnectFailure(failure.failure, 'slowly') : failure)
  }

  readonly #abort = () => this.#fail(new ConnectFailure(interrupted(this.#options.route), 'never'))

  #fail(error: unknown): void {
    const settle = this.#finish()
    if (settle === undefined) return
    this.#giveUp.abort()
    this.#close()
    if (error instanceof ConnectFailure) error.passage = this.#passage(error)
    settle.reject(error)
  }

  #passage(failure: ConnectFailure): Passage {
    return {
      by: 'ssh2',
      failed: failure.isOfName ? 'name lookup' : this.#stage,
      ip: (this.#line as Partial<Socket> | undefined)?.remoteAddress,
      software: this.#internals?.software || undefined,
      keyExchange: this.#keyExchange,
      hostKey: this.#key.shown,
    }
  }

  /** Afterwards nothing can change the outcome any more. */
  #finish() {
    const settle = this.#settle
    this.#settle = undefined
    this.#deadline?.clear()
    this.#leave()
    this.#options.signal.removeEventListener('abort', this.#abort)
    return settle
  }

  readonly #close = () => hangUp(this.#client, this.#line)
}
