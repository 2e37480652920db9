import type { Failure } from '../errors.js'
import type { Outcome, RunEvent, Target } from '../events.js'
import { clean, cleanTitle } from './clean.js'
import { failureOf, failureText } from './failure.js'
import { type EventOf, type Formatters, format } from './formatters.js'
import { skipText, stepEndText } from './say.js'
import { Steps } from './steps.js'
import { hasFailure } from './summary.js'

/** Characters of output that the log of one host holds: a command may print a whole archive. */
const mostOutput = 4 * 1024 * 1024

export interface HostLogOptions {
  /** Milliseconds since 1970. */
  now(): number
  write(host: string, line: string): void
}

/** Turns the events of a run into the plain lines of a log for each host: `09:10:26 staging | Collecting flask`. */
export class HostLog implements Formatters<void> {
  readonly #options: HostLogOptions
  readonly #printed = new Map<string, number>()
  readonly #steps = new Steps({
    showOwn: true,
    staysInSight: true,
    onLine: ({ target }, stream, line) => this.#say(target, stream === 'stdout' ? '| ' : '! ', line),
  })

  constructor(options: HostLogOptions) {
    this.#options = options
  }

  emit(event: RunEvent): void {
    format(this, event)
  }

  'run:start'(): void {}

  'run:note'({ host, level, text }: EventOf<'run:note'>): void {
    if (host !== undefined) this.#say({ host }, '', level === 'warning' ? `warning: ${text}` : text)
  }

  'host:connect'(event: EventOf<'host:connect'>): void {
    this.#say(event, '', 'connecting …')
  }

  'host:ready'(event: EventOf<'host:ready'>): void {
    this.#say(event, '', `logged in: ${event.login}`)
  }

  'host:end'(event: EventOf<'host:end'>): void {
    this.#ended(event)
  }

  'instance:plan'(event: EventOf<'instance:plan'>): void {
    if (event.steps.length === 0) this.#say(event, '', 'nothing to do')
    for (const { title, lines } of event.steps)
      for (const line of [`plan: ${cleanTitle(title)}`, ...lines.map((each) => `  ${each}`)]) this.#say(event, '', line)
  }

  'instance:verified'(): void {}

  'instance:end'(event: EventOf<'instance:end'>): void {
    this.#ended(event)
  }

  'step:start'(event: EventOf<'step:start'>): void {
    const step = this.#steps.start(event)
    this.#say(event, '', `${step.title} …`)
    if (step.command === undefined || step.command.trim() === step.title) return
    for (const line of step.command.split('\n')) this.#say(event, '$ ', line)
  }

  'step:output'(event: EventOf<'step:output'>): void {
    const before = this.#printed.get(event.host) ?? 0
    if (before > mostOutput) return
    this.#printed.set(event.host, before + event.data.length)
    this.#steps.output(event)
    if (before + event.data.length > mostOutput)
      this.#say(event, '', 'what is printed from here on is left out: a log holds 4 MB of it')
  }

  'step:progress'(): void {}

  'step:end'(event: EventOf<'step:end'>): void {
    this.#steps.end(event)
    this.#say(event, '', stepEndText(event))
  }

  'step:skip'(event: EventOf<'step:skip'>): void {
    this.#say(event, '', skipText(event))
  }

  'run:table'(): void {}

  'run:end'(): void {
    this.#steps.endAll()
  }

  #ended(event: Target & { readonly outcome: Outcome; readonly failure?: Failure }): void {
    this.#steps.endAll(event)
    this.#say(event, '', event.outcome)
    if (!hasFailure(event)) return
    for (const line of failureText(failureOf(event)).split('\n')) this.#say(event, '', line)
  }

  #say({ host, instance }: Target, mark: string, text: string): void {
    const time = new Date(this.#options.now()).toISOString().slice(11, 19)
    const place = instance === undefined ? '' : ` ${instance}${mark === '' ? ':' : ''}`
    this.#options.write(host, `${time}${place} ${mark}${clean(text, false)}`)
  }
}
