import type { RunEvent, Target } from '../events.js'
import { heldNote, patience } from './folded.js'
import type { EventOf } from './formatters.js'
import { someNames } from './names.js'
import { countsText } from './rows.js'
import { targetName, targetsOf } from './target.js'

/** Names of those that are running, beyond which there is a count. */
const mostNames = 5

interface Said {
  /** Since when output is held back. */
  heldSince(): number | undefined
  say(lines: readonly string[]): void
}

/** Says every ten seconds how far a run of many targets is: nothing else does where output is held back and nobody draws. */
export class StillRunning {
  readonly #now: () => number
  readonly #states = new Map<string, string>()
  #timer: ReturnType<typeof setInterval> | undefined
  #isHeldSaid = false

  constructor(now: () => number) {
    this.#now = now
  }

  start(event: EventOf<'run:start'>, said: Said): void {
    for (const target of targetsOf(event)) this.#states.set(targetName(target), 'waiting')
    this.#timer = setInterval(() => this.#look(said), patience)
    this.#timer.unref()
  }

  see(event: RunEvent): void {
    if (event.type === 'step:start') this.#set(event, 'running')
    if (event.type === 'host:end' || event.type === 'instance:end') this.#set(event, event.outcome)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #set(target: Target, state: string): void {
    const name = targetName(target)
    if (this.#states.has(name)) this.#states.set(name, state)
  }

  #look({ heldSince, say }: Said): void {
    const running = [...this.#states].filter(([, state]) => state === 'running').map(([name]) => name)
    if (running.length === 0) return
    const since = heldSince()
    const isLong = since !== undefined && this.#now() - since >= patience / 2
    const note = isLong && !this.#isHeldSaid ? [heldNote] : []
    this.#isHeldSaid ||= isLong
    say([`${countsText([...this.#states.values()])}: still running on ${someNames(running, mostNames)}`, ...note])
  }
}
