import type { Report, RunEvent } from '../events.js'
import { boardLines } from './board.js'
import { createPaint, type Paint } from './color.js'
import { failureOf, failureText } from './failure.js'
import { type EventOf, type Formatters, format } from './formatters.js'
import { HeldLines } from './held.js'
import { Plans } from './plans.js'
import { OutputPrefix } from './prefix.js'
import { progressText } from './quantity.js'
import type { Renderer, RenderOptions } from './renderer.js'
import { Rows } from './rows.js'
import { noteLine, skipText, tableText } from './say.js'
import { Screen } from './screen.js'
import { type OpenStep, Steps } from './steps.js'
import { hasFailure, recap, repeatLines, resultLines } from './summary.js'
import { targetName, targetsOf } from './target.js'

const frameTime = 100

/** With more targets than this, what each prints is shown when its step has ended, in one piece. */
const fewTargets = 8

/** The view on a terminal: a row for each target, redrawn in place; above it what the user's commands print, which stays. */
export function createLive(options: RenderOptions): Renderer {
  const view = new LiveView(options)
  return {
    emit: (event: RunEvent) => format(view, event),
    pause: (during) => view.pause(during),
    end: () => view.end(),
  }
}

class LiveView implements Formatters<void> {
  readonly #options: RenderOptions
  readonly #paint: Paint
  readonly #screen: Screen
  readonly #prefix: OutputPrefix
  readonly #plans: Plans
  readonly #steps: Steps
  readonly #held: HeldLines
  #rows = new Rows([], 0)
  #holds = false
  #tableShown = false
  #questions = 0
  #skips = 0
  #closed = false
  #tree: Promise<void> = Promise.resolve()
  #frames: ReturnType<typeof setInterval> | undefined

  constructor(options: RenderOptions) {
    this.#options = options
    this.#paint = createPaint(options.color)
    this.#screen = new Screen(options.stdout, options.columns)
    this.#prefix = new OutputPrefix(this.#paint, options.color)
    this.#plans = new Plans(this.#paint, options.verbosity > 0)
    this.#held = new HeldLines((_, lines) => this.#screen.print(lines.map(({ text }) => text)))
    this.#steps = new Steps({
      showOwn: options.verbosity > 0,
      staysInSight: true,
      onLine: (step, stream, line) => {
        if (!step.shown) return
        const text = this.#prefix.line(step, line)
        if (this.#holds) this.#held.add(step, { stream, text })
        else this.#screen.print([text])
      },
    })
  }

  async pause<T>(during: () => Promise<T>): Promise<T> {
    this.#questions += 1
    this.#screen.pause()
    try {
      return await during()
    } finally {
      this.#questions -= 1
      if (this.#questions === 0) this.#screen.resume()
    }
  }

  async end(): Promise<void> {
    this.#closeScreen()
    this.#screen.flush()
    await this.#tree
  }

  'run:start'(event: EventOf<'run:start'>): void {
    this.#prefix.start(event)
    this.#plans.start(event)
    this.#holds = event.targets > fewTargets && !this.#options.stream
    this.#rows = new Rows(targetsOf(event), this.#options.now())
    this.#tree = this.#runTree()
  }

  'run:note'(event: EventOf<'run:note'>): void {
    this.#say([noteLine(event, this.#paint)])
  }

  'host:connect'({ host }: EventOf<'host:connect'>): void {
    this.#rows.host(host, 'connecting', this.#options.now())
  }

  'host:ready'({ host, login }: EventOf<'host:ready'>): void {
    const text = this.#options.verbosity > 0 ? `logged in: ${login}` : 'connected'
    this.#rows.host(host, text, this.#options.now())
  }

  'host:end'(event: EventOf<'host:end'>): void {
    this.#ended(event)
  }

  'instance:plan'(event: EventOf<'instance:plan'>): void {
    this.#say(this.#plans.add(event))
  }

  'instance:end'(event: EventOf<'instance:end'>): void {
    this.#ended(event)
  }

  'step:start'(event: EventOf<'step:start'>): void {
    this.#rows.begin(this.#steps.start(event), this.#options.now())
  }

  'step:output'(event: EventOf<'step:output'>): void {
    this.#steps.output(event)
  }

  'step:progress'(event: EventOf<'step:progress'>): void {
    this.#rows.progress(event, progressText(event.done, event.total, event.unit))
  }

  'step:end'(event: EventOf<'step:end'>): void {
    const step = this.#steps.end(event)
    if (step !== undefined) this.#finish(step)
  }

  'step:skip'(event: EventOf<'step:skip'>): void {
    this.#skips += 1
    if (this.#options.verbosity > 0)
      this.#say([`${this.#paint.host(event.host, targetName(event))}: ${skipText(event)}`])
  }

  'run:table'(event: EventOf<'run:table'>): void {
    if (this.#tableShown) this.#say([''])
    this.#tableShown = true
    this.#say(tableText(event, this.#paint, this.#options.columns()))
  }

  'run:end'({ report }: EventOf<'run:end'>): void {
    for (const step of this.#steps.endAll()) this.#finish(step)
    for (const result of report.results) this.#rows.end(result, result.outcome, result.failure, this.#options.now())
    this.#closeScreen()
    this.#say(this.#plans.end())
    this.#say(this.#closing(report))
  }

  /** What stays on the screen: a line for each target, each failure in full, what it all comes to. */
  #closing(report: Report): string[] {
    const failed = report.results.filter(hasFailure)
    const hasResult = this.#tableShown || this.#plans.asked
    if (report.results.length === 0 || (hasResult && failed.length === 0)) return this.#plans.recap()
    const failures = new Set(failed.map((result) => failureText(failureOf(result), this.#steps.evidence(result))))
    return [
      ...resultLines(report, this.#paint),
      ...[...failures].flatMap((text) => ['', ...this.#failureLines(text)]),
      ...(failed.length > 0 ? [''] : []),
      ...(report.results.length > 1 || this.#skips > 0 ? [recap(report, this.#paint, this.#skips)] : []),
      ...repeatLines(report, this.#paint),
    ]
  }

  #failureLines(text: string): string[] {
    const [head = '', ...details] = text.split('\n')
    return [this.#paint.red(head), ...details]
  }

  #ended(event: EventOf<'host:end'> | EventOf<'instance:end'>): void {
    for (const step of this.#steps.endAll(event)) this.#finish(step)
    this.#rows.end(event, event.outcome, event.failure, this.#options.now())
  }

  #finish(step: OpenStep): void {
    this.#held.release(step)
    this.#rows.finish(step)
  }

  #say(lines: readonly string[]): void {
    this.#screen.print(lines)
    if (this.#frames === undefined) this.#screen.flush()
  }

  /** listr2 is loaded here, because only this view needs it. */
  async #runTree(): Promise<void> {
    const { runTree } = await import('./tree.js')
    await runTree(this.#rows.all, { start: () => this.#startFrames(), stop: () => this.#drawFrame() })
  }

  #startFrames(): void {
    if (this.#closed) return
    this.#frames = setInterval(() => this.#drawFrame(), frameTime)
    this.#frames.unref()
    this.#drawFrame()
  }

  #drawFrame(): void {
    const size = { columns: this.#options.columns() || 80, rows: this.#options.rows() || 24 }
    const { color } = this.#options
    this.#screen.draw(boardLines(this.#rows.all, { size, color, paint: this.#paint, now: this.#options.now() }))
  }

  #closeScreen(): void {
    this.#closed = true
    clearInterval(this.#frames)
    this.#frames = undefined
    for (const step of this.#steps.endAll()) this.#finish(step)
    this.#rows.endAll(this.#options.now())
    this.#screen.close()
  }
}
