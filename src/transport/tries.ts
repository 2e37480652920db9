import { type Again, ConnectFailure, interrupted } from './connect-errors.js'
import type { Route } from './route.js'

export interface Patience {
  /** Between 0 and 1. */
  random(): number
  /** Rejects when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<unknown>
  note(text: string, host: string): void
}

const mostTries = 3
/** A host that is only overloaded takes us again after this. */
const soonMs = 300
/** A host that drops connections at random; its PerSourcePenalties last 15 s and more. */
const laterMs = [2000, 16_000]
/** MaxStartups passes as soon as the others are in: half a minute in all. */
const crowdedMs = [500, 1000, 2000, 4000, 6000, 8000, 8000]

/**
 * Tries until it works or there is no point in trying again, with pauses between that differ from host to host. `fast`: whether
 * the try may be a fast login. Rejects with the last try's failure.
 */
export async function tryAgain<T>(
  route: Route,
  signal: AbortSignal,
  { random, sleep, note }: Patience,
  attempt: (fast: boolean) => Promise<T>,
): Promise<T> {
  for (let tries = 1, fast = true; ; ) {
    try {
      return await attempt(fast)
    } catch (error) {
      if (!(error instanceof ConnectFailure)) throw error
      if (error.again === 'slowly') {
        fast = false
        continue
      }
      const ms = pauseMs(error.again, tries++)
      if (ms === undefined) throw error
      const varied = Math.round(ms * (0.75 + random() / 2))
      const reason = reasons[error.again]
      if (reason !== undefined) note(`${reason}: next try in ${Math.ceil(varied / 1000)} s`, route.label)
      await sleep(varied, signal).catch(() => {
        throw interrupted(route)
      })
    }
  }
}

function pauseMs(again: Again, tries: number): number | undefined {
  if (again === 'crowded') return crowdedMs[tries - 1]
  if (again === 'later') return laterMs[tries - 1]
  return again === 'soon' && tries < mostTries ? soonMs * 2 ** tries : undefined
}

const reasons: Partial<Record<Again, string>> = {
  later: 'it closed the connection at once; its sshd may be penalising this address',
  crowded: 'it has too many logins at once (MaxStartups)',
}
