import type { Failure } from '../errors.js'
import type { Outcome, Target } from '../events.js'
import { cleanTitle } from './clean.js'
import type { OpenStep } from './steps.js'
import { wentWrong } from './summary.js'
import { targetName } from './target.js'

/** The good ones first, as in a recap. */
const endings: readonly Outcome[] = ['changed', 'ok', 'unchanged', 'skipped', 'cancelled', 'unknown', 'failed']

/** One target in the live view: what it is doing, or how it ended. */
export interface Row {
  readonly target: Target
  readonly name: string
  readonly state: 'waiting' | 'running' | 'ended'
  readonly outcome: Outcome | undefined
  /** What it is doing: a step's title, `connecting`; or why it failed. */
  readonly text: string
  /** How far the step has come: `42 of 120 files`. */
  readonly progress: string
  /** When what it is doing began; when it has ended: how long all took. */
  readonly since: number
  readonly step: OpenStep | undefined
  /** Settles when the target has ended; rejects when it failed. */
  readonly ended: Promise<void>
}

type Mutable = { -readonly [Key in keyof Row]: Row[Key] } & { begun: number; settle(error?: Error): void }

/** The rows of the live view, kept up to date by what happens. Times are in milliseconds. */
export class Rows {
  readonly #rows: Mutable[]
  readonly #byName: ReadonlyMap<string, Mutable>

  constructor(targets: readonly Target[], now: number) {
    this.#rows = targets.map((target) => newRow(target, now))
    this.#byName = new Map(this.#rows.map((row) => [row.name, row]))
  }

  get all(): readonly Row[] {
    return this.#rows
  }

  /** What a whole host does, as all its rows that do nothing of their own show it. */
  host(host: string, text: string, now: number): void {
    for (const row of this.#ofHost(host)) {
      if (row.step === undefined) Object.assign(row, { state: 'running', text, since: now })
    }
  }

  begin(step: OpenStep, now: number): void {
    for (const row of this.#of(step.target)) {
      if (row.state !== 'ended')
        Object.assign(row, { state: 'running', step, text: step.title, progress: '', since: now })
    }
  }

  progress(target: Target, text: string): void {
    for (const row of this.#of(target)) row.progress = text
  }

  /** A step is over; the row shows it until the next begins. */
  finish(step: OpenStep): void {
    for (const row of this.#of(step.target)) {
      if (row.step === step) Object.assign(row, { step: undefined, progress: '' })
    }
  }

  end(target: Target, outcome: Outcome, failure: Failure | undefined, now: number): void {
    // an instance that nobody foresaw is shown in its host's row, which goes on when it ends
    for (const row of this.#named(target)) {
      if (row.state !== 'ended') endRow(row, outcome, failure, now)
    }
  }

  /** Whoever has not ended by now never will. */
  endAll(now: number): void {
    for (const row of this.#rows) this.end(row.target, 'cancelled', undefined, now)
  }

  /** The row of a target; for a host of which instances are shown, all of them; for an unforeseen instance, its host's. */
  #of(target: Target): Mutable[] {
    const rows = this.#named(target)
    return rows.length === 0 && target.instance !== undefined ? this.#named({ host: target.host }) : rows
  }

  /** The row of that name, or the rows of that host. */
  #named(target: Target): Mutable[] {
    const row = this.#byName.get(targetName(target))
    if (row !== undefined) return [row]
    return target.instance === undefined ? this.#ofHost(target.host) : []
  }

  #ofHost(host: string): Mutable[] {
    return this.#rows.filter((row) => row.target.host === host && row.state !== 'ended')
  }
}

/** How far targets have come, by their outcomes and states: `142 ok, 3 failed, 55 running`. */
export function countsText(states: readonly string[]): string {
  const counts = [...endings, 'running', 'waiting'].map((word) => {
    return { word, count: states.filter((state) => state === word).length }
  })
  return counts
    .filter(({ count }) => count > 0)
    .map(({ word, count }) => `${count} ${word}`)
    .join(', ')
}

function newRow(target: Target, now: number): Mutable {
  let settle: (error?: Error) => void = () => {}
  const ended = new Promise<void>((resolve, reject) => {
    settle = (error) => (error === undefined ? resolve() : reject(error))
  })
  // listr2 may not be loaded yet when a row fails
  ended.catch(() => {})
  const still = { outcome: undefined, text: '', progress: '', step: undefined }
  return { target, name: targetName(target), state: 'waiting', since: now, begun: now, ...still, ended, settle }
}

function endRow(row: Mutable, outcome: Outcome, failure: Failure | undefined, now: number): void {
  const text = failure === undefined ? '' : cleanTitle(failure.what)
  Object.assign(row, { state: 'ended', outcome, text, progress: '', step: undefined, since: now - row.begun })
  row.settle(wentWrong({ outcome }) ? new Error(text) : undefined)
}
