import pLimit, { type LimitFunction } from 'p-limit'
import type { Route } from './route.js'

/** Hosts that say nothing count among these alone. */
const mostUnderWay = 256
/** Our handshakes share one thread; of ssh's processes, each takes its tenth of a second. */
const mostHandshakes = 32
/** sshd drops logins at random when more than ten are under way (MaxStartups); the hosts behind a jump host count as one. */
const mostAtOneDoor = 8

/** Who may log in when: a host that does not answer must not keep the others waiting. */
export class Turns {
  readonly #underWay = pLimit(mostUnderWay)
  readonly #handshakes = pLimit(mostHandshakes)
  readonly #processes = pLimit(mostHandshakes)
  readonly #doors = new Map<string, LimitFunction>()
  readonly #jumps = new Map<string, LimitFunction>()

  /** A try by ssh2: the line is opened at once, as far as the address takes logins; see `place` for what comes behind it. */
  bySsh2<T>(route: Route, work: () => Promise<T>): Promise<T> {
    return this.#atDoor(route, () => this.#underWay(work))
  }

  /** A try by ssh, which dials itself. */
  bySsh<T>(route: Route, work: () => Promise<T>): Promise<T> {
    return this.#atDoor(route, () => this.#behindJump(route, () => this.#processes(work)))
  }

  /** Waits for a place among the handshakes; gives what leaves it. */
  place(route: Route): Promise<() => void> {
    return new Promise((taken) => {
      const stay = () => new Promise<void>((leave) => taken(leave))
      void this.#behindJump(route, () => this.#handshakes(stay))
    })
  }

  /** The narrowest limit first: whoever holds a place in the widest one waits for nobody. */
  #atDoor<T>(route: Route, work: () => Promise<T>): Promise<T> {
    return limitOf(this.#doors, `${route.hostName}:${route.port} ${route.via?.id}`)(work)
  }

  #behindJump<T>({ via }: Route, work: () => Promise<T>): Promise<T> {
    return via === undefined ? work() : limitOf(this.#jumps, via.id)(work)
  }
}

function limitOf(limits: Map<string, LimitFunction>, key: string): LimitFunction {
  const limit = limits.get(key) ?? pLimit(mostAtOneDoor)
  limits.set(key, limit)
  return limit
}
