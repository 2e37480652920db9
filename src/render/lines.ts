import type { Failure } from '../errors.js'
import type { Outcome, RunEvent, Target } from '../events.js'
import { cleanTitle } from './clean.js'
import { createPaint, type Paint } from './color.js'
import { failureOf, failureText } from './failure.js'
import { type EventOf, type Formatters, format } from './formatters.js'
import { LinesOutput } from './lines-output.js'
import { Plans } from './plans.js'
import type { Renderer, RenderOptions } from './renderer.js'
import { noteLine, skipText, stepEndText, tableText } from './say.js'
import { type OpenStep, Steps } from './steps.js'
import { failureLines, hasFailure, recap, repeatLines, wentWrong } from './summary.js'
import { targetName, targetsOf } from './target.js'

/** Steps that go well and take less than this end without a word, in milliseconds. */
const worthATime = 1000

/** Outcomes that the recap says well enough. */
const unsaid: ReadonlySet<Outcome> = new Set<Outcome>(['ok', 'failed', 'unknown'])

type Ended = Target & { readonly outcome: Outcome; readonly failure?: Failure }

/** Plain lines: what commands print goes to stdout and stderr as `web1 | text`, progress and failures to stderr. */
export function createLines(options: RenderOptions): Renderer {
  const view = new LinesView(options)
  return {
    emit: (event) => view.emit(event),
    pause: (during) => during(),
    end: async () => view.end(),
  }
}

class LinesView implements Formatters<void> {
  readonly #options: RenderOptions
  readonly #paint: Paint
  readonly #output: LinesOutput
  readonly #steps: Steps
  readonly #plans: Plans
  readonly #failuresSaid = new Set<string>()
  readonly #targets = new Set<string>()
  #tableShown = false
  #skips = 0

  constructor(options: RenderOptions) {
    this.#options = options
    this.#paint = createPaint(options.color)
    this.#output = new LinesOutput(options, this.#paint)
    this.#plans = new Plans(this.#paint, options.verbosity > 0)
    this.#steps = new Steps({
      showOwn: options.verbosity > 0,
      staysInSight: !this.#output.folds,
      onLine: (step, stream, line) => this.#output.line(step, stream, line),
    })
  }

  emit(event: RunEvent): void {
    format(this, event)
    this.#output.flush()
  }

  end(): void {
    this.#endSteps(this.#steps.endAll())
    this.#output.flush()
  }

  'run:start'(event: EventOf<'run:start'>): void {
    this.#output.start(event)
    this.#plans.start(event)
    for (const target of targetsOf(event)) this.#targets.add(targetName(target))
  }

  'run:note'(event: EventOf<'run:note'>): void {
    if (event.level === 'warning' || this.#options.verbosity >= 0) this.#output.progress([noteLine(event, this.#paint)])
  }

  'host:connect'(event: EventOf<'host:connect'>): void {
    if (this.#options.verbosity > 0) this.#progress(event, 'connecting …')
  }

  'host:ready'(event: EventOf<'host:ready'>): void {
    if (this.#options.verbosity > 0) this.#progress(event, `logged in: ${event.login}`)
  }

  'host:end'(event: EventOf<'host:end'>): void {
    this.#ended(event)
  }

  'instance:plan'(event: EventOf<'instance:plan'>): void {
    this.#planned(this.#plans.add(event))
  }

  'instance:end'(event: EventOf<'instance:end'>): void {
    this.#ended(event)
  }

  'step:start'(event: EventOf<'step:start'>): void {
    const step = this.#steps.start(event)
    this.#progress(event, `${step.title} …`)
  }

  'step:output'(event: EventOf<'step:output'>): void {
    this.#steps.output(event)
  }

  /** A transfer is said when it begins and when it took its time; lines in between would only fill a log. */
  'step:progress'(): void {}

  'step:end'(event: EventOf<'step:end'>): void {
    const step = this.#steps.end(event)
    if (step !== undefined) this.#output.endStep(step)
    const wentWell = event.outcome !== 'failed' && event.outcome !== 'unknown'
    if (wentWell && event.ms < worthATime && this.#options.verbosity < 1) return
    this.#progress(event, stepEndText(event))
  }

  'step:skip'(event: EventOf<'step:skip'>): void {
    this.#skips += 1
    if (this.#options.verbosity > 0) this.#progress(event, skipText(event))
  }

  'run:table'(event: EventOf<'run:table'>): void {
    if (this.#tableShown) this.#output.result([''])
    this.#tableShown = true
    this.#output.result(tableText(event, this.#paint, this.#options.columns()))
  }

  'run:end'({ report }: EventOf<'run:end'>): void {
    this.#endSteps(this.#steps.endAll())
    this.#planned(this.#plans.end())
    for (const result of report.results) this.#failed(result)
    const failed = report.results.some(wentWrong)
    if (this.#options.verbosity < 0 || report.results.length === 0 || (this.#tableShown && !failed)) return
    const one = report.results.length === 1
    this.#output.progress([
      ...this.#plans.recap(),
      ...(this.#plans.asked && !failed ? [] : [recap(report, this.#paint, this.#skips)]),
      ...(one ? [] : failureLines(report, this.#paint)),
      ...repeatLines(report, this.#paint),
    ])
  }

  #ended(event: Ended): void {
    this.#endSteps(this.#steps.endAll(event))
    const isTarget = event.instance !== undefined || this.#targets.size === 0 || this.#targets.has(event.host)
    if (isTarget || event.failure !== undefined) this.#failed(event)
    const isPlanned = this.#plans.asked && event.outcome === 'unchanged'
    if (isTarget && !isPlanned && !unsaid.has(event.outcome)) this.#progress(event, event.outcome)
  }

  #failed(event: Ended): void {
    if (!hasFailure(event)) return
    const text = failureText(failureOf(event), this.#steps.evidence(event))
    if (this.#failuresSaid.has(text)) return
    this.#failuresSaid.add(text)
    const [head = '', ...details] = text.split('\n')
    this.#output.progress([this.#paint.red(head), ...details])
  }

  #endSteps(steps: readonly OpenStep[]): void {
    for (const step of steps) this.#output.endStep(step)
  }

  #planned(lines: readonly string[]): void {
    if (this.#plans.asked) this.#output.result(lines)
    else this.#output.progress(lines)
  }

  #progress(target: Target, text: string): void {
    if (this.#options.verbosity < 0) return
    this.#output.progress([`${this.#paint.host(target.host, targetName(target))}: ${cleanTitle(text)}`])
  }
}
