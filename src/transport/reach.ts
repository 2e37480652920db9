import { VenvoyError } from '../errors.js'
import { chooseTransport, secondChoice } from './choose-transport.js'
import { ConnectFailure, interrupted, noJumpHost, noSystemSsh } from './connect-errors.js'
import type { Dial } from './dial.js'
import { handshake } from './handshake.js'
import type { HostKeys } from './host-keys.js'
import type { Identities } from './identities.js'
import type { LoggedIn } from './logged-in.js'
import type { LoginMemory } from './login-memory.js'
import { describePassage } from './passage.js'
import type { Route } from './route.js'
import type { SshOnlyKeys } from './ssh-only-keys.js'
import type { SystemSsh } from './system-ssh.js'
import type { Ask } from './transport.js'
import { type Patience, tryAgain } from './tries.js'
import { Turns } from './turns.js'

export interface ReachOptions extends Patience {
  readonly ask: Ask | undefined
  readonly identities: Identities
  readonly hostKeys: HostKeys
  readonly memory: LoginMemory
  readonly dial: Dial
  readonly system: SystemSsh
  sshOnlyKeys(route: Route): Promise<SshOnlyKeys>
  /** Whether a login may be signed unasked, where it is known what let us in last time. */
  readonly fastLogin: boolean
  /** Whether there is a Kerberos ticket. */
  hasTicket(): Promise<boolean>
}

interface Wish {
  /** Whether a session is to be opened along with a fast login. */
  readonly withSession: boolean
  /** Only by the system's ssh, and why. */
  readonly bySsh?: string
  readonly signal: AbortSignal
}

/** The ways to all hosts of a run: who speaks SSH, through which jump host, how often it is tried. */
export class Reach {
  readonly #options: ReachOptions
  readonly #turns = new Turns()
  readonly #jumps = new Map<string, Promise<LoggedIn>>()
  readonly #open = new Set<LoggedIn>()
  readonly #closing = new AbortController()
  readonly #said = new Set<string>()

  constructor(options: ReachOptions) {
    this.#options = options
  }

  /** Rejects with a VenvoyError. */
  async to(route: Route, signal: AbortSignal = this.#closing.signal): Promise<LoggedIn> {
    return this.#reach(route, { withSession: true, signal: AbortSignal.any([signal, this.#closing.signal]) })
  }

  close(): void {
    this.#closing.abort()
    for (const each of this.#open) each.close()
  }

  async #reach(route: Route, wish: Wish): Promise<LoggedIn> {
    try {
      return await this.#byEither(route, wish)
    } catch (error) {
      if (!(error instanceof ConnectFailure)) throw error
      const { passage, failure } = error
      throw passage === undefined
        ? failure
        : new VenvoyError({ ...failure.failure, steps: describePassage(route, passage) }, { cause: failure })
    }
  }

  async #byEither(route: Route, wish: Wish): Promise<LoggedIn> {
    const { hostKeys, memory, system } = this.#options
    if (wish.bySsh !== undefined) return this.#bySsh(route, wish.bySsh, wish)
    const keys = await this.#options.sshOnlyKeys(route)
    const choice = chooseTransport({
      ...{ route, keys },
      usable: keys.securityKeys.length === 0 ? 0 : (await this.#identitiesOf(route)).identities.length,
      wantsCertificate: await hostKeys.wantsCertificate(route.keyed),
      lastBySsh: memory.recallSsh(route.id),
      isKnown: memory.recall(route.id) !== undefined,
    })
    if (choice.by === 'ssh') return this.#bySsh(route, choice.why, wish)
    try {
      return await this.#bySsh2(route, wish)
    } catch (error) {
      if (!(error instanceof ConnectFailure) || error.again !== 'otherwise') throw error
      const hasCommonAlgorithm = error.methods !== undefined
      const takesTicket =
        route.gssapi && error.methods?.includes('gssapi-with-mic') === true && (await this.#options.hasTicket())
      const why = secondChoice({ route, keys }, { hasCommonAlgorithm, takesTicket })
      if (why === undefined) throw error
      if (!(await system.isThere())) throw noSystemSsh(route, [why, error.failure.failure.what])
      const loggedIn = await this.#bySsh(route, why, wish)
      memory.rememberSsh(route.id, why)
      return loggedIn
    }
  }

  async #bySsh2(route: Route, wish: Wish): Promise<LoggedIn> {
    const { identities, problems } = await this.#identitiesOf(route)
    const algorithms = await this.#options.hostKeys.algorithms(route.keyed)
    const jump = route.via && (await this.#throughTo(route, route.via, undefined, wish.signal))
    const { dial, hostKeys, ask, memory, fastLogin } = this.#options
    const place = () => this.#turns.place(route)
    const shared = { route, dial, place, hostKeys, algorithms, identities, problems, ask, ...wish }
    return this.#tries(route, wish.signal, async (fast) => {
      const known = fast && fastLogin ? memory.recall(route.id) : undefined
      const connect = () => handshake({ ...shared, jump: jump?.sessions, known })
      const loggedIn = await this.#turns.bySsh2(route, connect)
      if (loggedIn.learnt === undefined) memory.forget(route.id)
      else memory.remember(route.id, loggedIn.learnt)
      return loggedIn
    })
  }

  async #bySsh(route: Route, why: string, wish: Wish): Promise<LoggedIn> {
    const { system, note, memory } = this.#options
    if (!(await system.isThere())) throw noSystemSsh(route, [why])
    // Once for all of which it is true.
    if (!this.#said.has(why)) note(`reached by the system's ssh: ${why}`, route.label)
    this.#said.add(why)
    const behind = `${route.label} behind it is reached by ssh`
    const jump = route.via && (await this.#throughTo(route, route.via, behind, wish.signal))
    const { shown } = await this.#options.sshOnlyKeys(route)
    const connect = () => system.login(route, { jump, shown, signal: wish.signal })
    try {
      return await this.#tries(route, wish.signal, () => this.#turns.bySsh(route, connect))
    } catch (error) {
      // Where ssh fares no better, ssh2 is asked first the next time.
      if (memory.recallSsh(route.id) !== undefined) memory.forget(route.id)
      throw error
    }
  }

  #identitiesOf(route: Route): ReturnType<Identities['wanted']> {
    return this.#options.identities.wanted(route.keys)
  }

  #tries(route: Route, signal: AbortSignal, attempt: (fast: boolean) => Promise<LoggedIn>): Promise<LoggedIn> {
    return tryAgain(route, signal, this.#options, async (fast) => {
      const loggedIn = await attempt(fast)
      this.#open.add(loggedIn)
      loggedIn.onClose(() => this.#open.delete(loggedIn))
      return loggedIn
    })
  }

  /** The connection to a jump host: one for all hosts behind it, but that ssh goes through none of ssh2's. */
  async #throughTo(route: Route, via: Route, bySsh: string | undefined, signal: AbortSignal): Promise<LoggedIn> {
    const given = this.#jumpTo(via, bySsh)
    try {
      // It is not this host's alone: when this one is given up, the others still want it.
      return await Promise.race([given, rejectedBy(signal, route)])
    } catch (error) {
      throw error instanceof VenvoyError && error.kind !== 'interrupted' ? noJumpHost(route, via, error) : error
    }
  }

  async #jumpTo(via: Route, bySsh: string | undefined): Promise<LoggedIn> {
    const keyOfSsh = `${via.id} by ssh`
    const [held, other] = [this.#jumps.get(keyOfSsh), this.#jumps.get(via.id)]
    if (held !== undefined) return held
    if (bySsh === undefined) return other ?? this.#connectJump(via.id, via, bySsh)
    // That by whichever it is may be by ssh as well.
    const loggedIn = other && (await other.catch(() => undefined))
    if (loggedIn?.controlPath !== undefined) return loggedIn
    return this.#jumps.get(keyOfSsh) ?? this.#connectJump(keyOfSsh, via, bySsh)
  }

  #connectJump(key: string, via: Route, bySsh: string | undefined): Promise<LoggedIn> {
    const forget = () => this.#jumps.delete(key)
    const wish = { withSession: false, signal: this.#closing.signal, ...(bySsh !== undefined && { bySsh }) }
    const connecting = this.#reach(via, wish).then(
      (loggedIn) => {
        loggedIn.onClose(forget)
        // The next run gets along with one connection, whoever is the first to want it.
        if (bySsh !== undefined) this.#options.memory.rememberSsh(via.id, bySsh)
        return loggedIn
      },
      (error) => {
        forget()
        throw error
      },
    )
    this.#jumps.set(key, connecting)
    return connecting
  }
}

function rejectedBy(signal: AbortSignal, route: Route): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(interrupted(route))
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}
