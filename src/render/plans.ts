import type { Target } from '../events.js'
import type { Paint } from './color.js'
import type { EventOf } from './formatters.js'
import { nothingToDoLines, planLines, planRecap } from './plan.js'

/** The plans of a run, shown when they are what was asked for, or with -v. */
export class Plans {
  readonly #paint: Paint
  readonly #verbose: boolean
  readonly #idle: Target[] = []
  #toChange = 0
  #asked = false

  constructor(paint: Paint, verbose: boolean) {
    this.#paint = paint
    this.#verbose = verbose
  }

  start({ dryRun }: EventOf<'run:start'>): void {
    this.#asked = dryRun === true
  }

  /** They are the result of the run, not a word on the way. */
  get asked(): boolean {
    return this.#asked && this.#toChange + this.#idle.length > 0
  }

  /** The lines to show at once. */
  add(event: EventOf<'instance:plan'>): string[] {
    if (event.steps.length === 0) this.#idle.push(event)
    else this.#toChange += 1
    return this.#shown && event.steps.length > 0 ? planLines(event, this.#paint) : []
  }

  /** The lines to show when all plans are there. */
  end(): string[] {
    return this.#shown ? nothingToDoLines(this.#idle, this.#paint) : []
  }

  /** What they come to, in one line. */
  recap(): string[] {
    const seen = this.#toChange + this.#idle.length
    return this.#asked && seen > 0 ? [planRecap(this.#toChange, this.#idle.length, this.#paint)] : []
  }

  get #shown(): boolean {
    return this.#asked || this.#verbose
  }
}
