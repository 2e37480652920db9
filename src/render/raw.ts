import type { RunEvent } from '../events.js'
import { createPaint, type Paint } from './color.js'
import { failureOf, failureText } from './failure.js'
import { type EventOf, type Formatters, format } from './formatters.js'
import { Plans } from './plans.js'
import type { Renderer, RenderOptions } from './renderer.js'
import { noteLine, tableText } from './say.js'
import { Steps } from './steps.js'
import { hasFailure } from './summary.js'

/** One target and nobody at a terminal: the bytes of its commands, untouched; besides, failures and warnings on stderr. */
export function createRaw(options: RenderOptions): Renderer {
  const view = new RawView(options)
  return {
    emit: (event: RunEvent) => format(view, event),
    pause: (during) => during(),
    end: async () => {},
  }
}

class RawView implements Formatters<void> {
  readonly #options: RenderOptions
  readonly #paint: Paint
  readonly #plans: Plans
  readonly #steps = new Steps({ showOwn: false, staysInSight: true, onLine: () => {} })
  readonly #own = new Set<string>()

  constructor(options: RenderOptions) {
    this.#options = options
    this.#paint = createPaint(options.color)
    this.#plans = new Plans(this.#paint, false)
  }

  'run:start'(event: EventOf<'run:start'>): void {
    this.#plans.start(event)
  }

  'run:note'(event: EventOf<'run:note'>): void {
    if (event.level === 'warning') this.#options.stderr.write(`${noteLine(event, this.#paint)}\n`)
  }

  'host:connect'(): void {}

  'host:ready'(): void {}

  'host:end'(): void {}

  'instance:plan'(event: EventOf<'instance:plan'>): void {
    this.#result(this.#plans.add(event))
  }

  'instance:verified'(): void {}

  'instance:end'(): void {}

  'step:start'(event: EventOf<'step:start'>): void {
    if (this.#steps.start(event).own) this.#own.add(event.step)
  }

  'step:output'(event: EventOf<'step:output'>): void {
    const own = this.#own.has(event.step)
    if (!own) this.#options[event.stream].write(event.data)
    // stdout may be a large archive; a failure needs no more than the words on stderr
    if (own || event.stream === 'stderr') this.#steps.output(event)
  }

  'step:progress'(): void {}

  'step:end'(event: EventOf<'step:end'>): void {
    this.#steps.end(event)
    this.#own.delete(event.step)
  }

  'step:skip'(): void {}

  'run:table'(event: EventOf<'run:table'>): void {
    this.#result(tableText(event, this.#paint, 0))
  }

  'run:end'({ report }: EventOf<'run:end'>): void {
    this.#steps.endAll()
    this.#result(this.#plans.end())
    for (const result of report.results.filter(hasFailure)) {
      const evidence = this.#steps.evidence(result)
      const failure = failureOf(result)
      // the last words of a user's command have gone where it sent them
      const told = evidence?.command === undefined ? failure : { ...failure, why: [] }
      this.#options.stderr.write(`${failureText(told, evidence)}\n`)
    }
  }

  #result(lines: readonly string[]): void {
    if (lines.length > 0) this.#options.stdout.write(lines.map((line) => `${line}\n`).join(''))
  }
}
