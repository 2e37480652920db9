import type { Target } from '../events.js'
import type { Paint } from './color.js'
import type { EventOf } from './formatters.js'
import { nothingToDoLines, planLines, planRecap } from './plan.js'
import { targetName } from './target.js'

/** The plans of a run, shown when they are what was asked for, or with -v. */
export class Plans {
  readonly #paint: Paint
  readonly #verbose: boolean
  readonly #idle: Target[] = []
  /** Those that were asked for: hosts answer in any order, and what is read twice is to be the same twice. */
  readonly #held: EventOf<'instance:plan'>[] = []
  readonly #order = new Map<string, number>()
  #toChange = 0
  #asked = false

  constructor(paint: Paint, verbose: boolean) {
    this.#paint = paint
    this.#verbose = verbose
  }

  start({ dryRun, selection = [] }: EventOf<'run:start'>): void {
    this.#asked = dryRun === true
    for (const [i, target] of selection.entries()) this.#order.set(targetName(target), i)
  }

  /** They are the result of the run, not a word on the way. */
  get asked(): boolean {
    return this.#asked && this.#toChange + this.#idle.length > 0
  }

  /** The lines to show at once. */
  add(event: EventOf<'instance:plan'>): string[] {
    if (event.steps.length === 0) {
      this.#idle.push(event)
      return []
    }
    this.#toChange += 1
    if (this.#asked) this.#held.push(event)
    return this.#verbose && !this.#asked ? planLines(event, this.#paint) : []
  }

  /** The lines to show when all plans are there. */
  end(): string[] {
    if (!this.#asked && !this.#verbose) return []
    const held = this.#inOrder(this.#held).flatMap((event) => planLines(event, this.#paint))
    return [...held, ...nothingToDoLines(this.#inOrder(this.#idle), this.#paint)]
  }

  /** What they come to, in one line. */
  recap(): string[] {
    const seen = this.#toChange + this.#idle.length
    return this.#asked && seen > 0 ? [planRecap(this.#toChange, this.#idle.length, this.#paint)] : []
  }

  /** As the run names them. */
  #inOrder<T extends Target>(targets: readonly T[]): T[] {
    const place = (target: T) => this.#order.get(targetName(target)) ?? 0
    return [...targets].sort((a, b) => place(a) - place(b))
  }
}
