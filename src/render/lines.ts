import type { Failure } from '../errors.js'
import type { Outcome, Report, RunEvent, Target } from '../events.js'
import { cleanTitle } from './clean.js'
import { createPaint, type Paint } from './color.js'
import { failureOf, failureText } from './failure.js'
import { type Failed, failureTexts } from './failures.js'
import { isWorthALine, stepEndsText } from './folded.js'
import { type EventOf, type Formatters, format } from './formatters.js'
import type { GatheredStep } from './gathering.js'
import { LinesOutput } from './lines-output.js'
import { OwnWords } from './own-words.js'
import { Pace } from './pace.js'
import { Plans } from './plans.js'
import type { Renderer, RenderOptions } from './renderer.js'
import { noteLine, skipText, stepEndText, tableText } from './say.js'
import { type OpenStep, Steps } from './steps.js'
import { StillRunning } from './still-running.js'
import { failureLines, hasFailure, isCrowd, recap, recapLines, repeatLines, wentWrong } from './summary.js'
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
    pause: (during) => view.pause(during),
    end: async () => view.end(),
  }
}

class LinesView implements Formatters<void> {
  readonly #options: RenderOptions
  readonly #paint: Paint
  readonly #output: LinesOutput
  readonly #steps: Steps
  readonly #plans: Plans
  readonly #own = new OwnWords()
  readonly #pace = new Pace()
  readonly #running: StillRunning
  readonly #failuresSaid = new Set<string>()
  /** The failures of many targets wait for the end, where those that are the same are one. */
  readonly #failed = new Map<string, Failed>()
  readonly #targets = new Set<string>()
  #tableShown = false
  #skips = 0
  #questions = 0

  constructor(options: RenderOptions) {
    this.#options = options
    this.#paint = createPaint(options.color)
    const onStep = (step: GatheredStep) => this.#stepOver(step)
    this.#output = new LinesOutput({ ...options, paint: this.#paint, own: this.#own, onStep })
    this.#plans = new Plans(this.#paint, options.verbosity > 0)
    this.#steps = new Steps({
      showOwn: options.verbosity > 0,
      staysInSight: !this.#output.isTucked,
      onLine: (step, stream, line) => this.#output.line(step, stream, line),
    })
    this.#running = new StillRunning(options.now)
  }

  emit(event: RunEvent): void {
    this.#running.see(event)
    format(this, event)
    this.#output.flush()
  }

  async pause<T>(during: () => Promise<T>): Promise<T> {
    this.#questions += 1
    try {
      return await during()
    } finally {
      this.#questions -= 1
    }
  }

  end(): void {
    this.#running.stop()
    this.#endSteps(this.#steps.endAll())
    this.#output.gathering?.releaseAll()
    this.#output.flush()
  }

  'run:start'(event: EventOf<'run:start'>): void {
    this.#output.start(event)
    this.#plans.start(event)
    this.#own.start(event)
    for (const target of targetsOf(event)) this.#targets.add(targetName(target))
    const { gathering } = this.#output
    if (gathering === undefined || this.#options.verbosity < 0) return
    this.#running.start(event, {
      heldSince: () => gathering.heldSince,
      say: (lines) => {
        if (this.#questions > 0) return
        this.#output.progress(lines)
        this.#output.flush()
      },
    })
  }

  'run:note'(event: EventOf<'run:note'>): void {
    if (event.level === 'warning' || this.#options.verbosity >= 0) this.#output.progress([noteLine(event, this.#paint)])
  }

  'host:connect'(event: EventOf<'host:connect'>): void {
    this.#own.connecting(event)
    this.#output.gathering?.connect(event.host)
    if (this.#options.verbosity > 0) this.#progress(event, 'connecting …')
  }

  'host:ready'(event: EventOf<'host:ready'>): void {
    this.#own.ready(event)
    if (this.#options.verbosity > 0) this.#progress(event, `logged in: ${event.login}`)
  }

  'host:end'(event: EventOf<'host:end'>): void {
    this.#ended(event)
  }

  'instance:plan'(event: EventOf<'instance:plan'>): void {
    this.#planned(this.#plans.add(event))
  }

  /** For programs: people read the table, and what is wrong where the instance ends. */
  'instance:verified'(): void {}

  'instance:end'(event: EventOf<'instance:end'>): void {
    this.#ended(event)
  }

  'step:start'(event: EventOf<'step:start'>): void {
    const step = this.#steps.start(event)
    const isFirst = this.#output.gathering?.begin(step)
    if (this.#tellsEach) this.#progress(event, `${step.title} …`)
    else if (isFirst && this.#options.verbosity >= 0) this.#output.progress([`${step.title} …`])
  }

  'step:output'(event: EventOf<'step:output'>): void {
    this.#steps.output(event)
  }

  /** A transfer is said when it begins and when it took its time; in between so seldom that no log fills with it. */
  'step:progress'(event: EventOf<'step:progress'>): void {
    const text = this.#pace.nowAndThen(event, this.#options.now())
    if (text !== undefined && this.#tellsEach) this.#progress(event, text)
  }

  'step:end'(event: EventOf<'step:end'>): void {
    const step = this.#steps.end(event)
    if (step !== undefined) this.#output.endStep(step, event)
    const wentWell = event.outcome !== 'failed' && event.outcome !== 'unknown'
    if (!this.#tellsEach || (wentWell && event.ms < worthATime && this.#options.verbosity < 1)) return
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
    this.#running.stop()
    this.#endSteps(this.#steps.endAll())
    this.#output.gathering?.releaseAll()
    this.#planned(this.#plans.end())
    for (const result of report.results) this.#fail(result)
    const places = new Map([...this.#targets].map((name, at) => [name, at]))
    const placeOf = ({ target }: Failed) => places.get(targetName(target)) ?? places.size
    const inOrder = [...this.#failed.values()].sort((a, b) => placeOf(a) - placeOf(b))
    const failures = failureTexts(inOrder, this.#own, this.#paint)
    for (const lines of failures) this.#output.progress(lines)
    const failed = report.results.some(wentWrong)
    if (this.#options.verbosity < 0 || report.results.length === 0 || (this.#tableShown && !failed)) return
    this.#output.progress([
      ...this.#plans.recap(),
      ...(this.#plans.asked && !failed ? [] : this.#recap(report)),
      ...repeatLines(report, this.#paint),
    ])
  }

  #recap(report: Report): string[] {
    if (isCrowd(report)) return recapLines(report, this.#paint, this.#skips)
    const one = report.results.length === 1
    return [recap(report, this.#paint, this.#skips), ...(one ? [] : failureLines(report, this.#paint))]
  }

  /** What each target does is said, and not only what all of them do. */
  get #tellsEach(): boolean {
    return this.#output.gathering === undefined || this.#options.verbosity > 0
  }

  #stepOver(step: GatheredStep): void {
    if (this.#tellsEach || this.#options.verbosity < 0 || !isWorthALine(step, worthATime)) return
    const text = stepEndsText(step)
    if (text !== undefined) this.#output.progress([text])
  }

  #ended(event: Ended): void {
    this.#endSteps(this.#steps.endAll(event))
    this.#output.gathering?.over(event)
    const isTarget = event.instance !== undefined || this.#targets.size === 0 || this.#targets.has(event.host)
    if (isTarget || event.failure !== undefined) this.#fail(event)
    const isPlanned = this.#plans.asked && event.outcome === 'unchanged'
    if (this.#tellsEach && isTarget && !isPlanned && !unsaid.has(event.outcome)) this.#progress(event, event.outcome)
  }

  #fail(event: Ended): void {
    if (!hasFailure(event)) return
    const evidence = this.#steps.evidence(event)
    const text = failureText(failureOf(event), evidence)
    if (this.#failuresSaid.has(text)) return
    this.#failuresSaid.add(text)
    if (this.#output.gathering === undefined) {
      const [head = '', ...details] = text.split('\n')
      this.#output.progress([this.#paint.red(head), ...details])
    } else this.#failed.set(text, { target: event, evidence })
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
