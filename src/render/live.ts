import type { Report, RunEvent } from '../events.js'
import { boardLines } from './board.js'
import { clean } from './clean.js'
import { closingLines } from './closing.js'
import { createPaint, type Paint } from './color.js'
import { foldedLines, heldNote, isFolded, letGoNote, patience } from './folded.js'
import { type EventOf, type Formatters, format } from './formatters.js'
import { type GatheredStep, Gathering } from './gathering.js'
import { OwnWords } from './own-words.js'
import { Pace } from './pace.js'
import { Plans } from './plans.js'
import { OutputPrefix } from './prefix.js'
import type { Renderer, RenderOptions } from './renderer.js'
import { Rows } from './rows.js'
import { noteLine, skipText, tableText } from './say.js'
import { Screen } from './screen.js'
import { type OpenStep, Steps } from './steps.js'
import { targetName, targetsOf } from './target.js'

const frameTime = 100

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
  readonly #own = new OwnWords()
  readonly #pace = new Pace()
  #rows = new Rows([], 0)
  /** Holds what is printed until a step is over everywhere; nothing where it is shown as it comes. */
  #gathering: Gathering | undefined
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
    this.#steps = new Steps({
      showOwn: options.verbosity > 0,
      staysInSight: true,
      onLine: (step, stream, line) => {
        if (!step.shown) return
        if (this.#gathering === undefined) this.#screen.print([this.#prefix.line(step, line)])
        else this.#gathering.line(step, { stream, text: clean(line, options.color) })
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
    this.#own.start(event)
    const { stream, fold } = this.#options
    if (isFolded(event.targets, { stream, fold, inBuild: false, onTerminal: true })) this.#gather(event)
    this.#rows = new Rows(targetsOf(event), this.#options.now())
    this.#tree = this.#runTree()
  }

  'run:note'(event: EventOf<'run:note'>): void {
    this.#say([noteLine(event, this.#paint)])
  }

  'host:connect'(event: EventOf<'host:connect'>): void {
    this.#own.connecting(event)
    this.#gathering?.connect(event.host)
    this.#rows.host(event.host, 'connecting', this.#options.now())
  }

  'host:ready'(event: EventOf<'host:ready'>): void {
    this.#own.ready(event)
    const text = this.#options.verbosity > 0 ? `logged in: ${event.login}` : 'connected'
    this.#rows.host(event.host, text, this.#options.now())
  }

  'host:end'(event: EventOf<'host:end'>): void {
    this.#ended(event)
  }

  'instance:plan'(event: EventOf<'instance:plan'>): void {
    this.#say(this.#plans.add(event))
  }

  'instance:verified'(): void {}

  'instance:end'(event: EventOf<'instance:end'>): void {
    this.#ended(event)
  }

  'step:start'(event: EventOf<'step:start'>): void {
    const step = this.#steps.start(event)
    this.#gathering?.begin(step)
    this.#rows.begin(step, this.#options.now())
  }

  'step:output'(event: EventOf<'step:output'>): void {
    this.#steps.output(event)
  }

  'step:progress'(event: EventOf<'step:progress'>): void {
    this.#rows.progress(event, this.#pace.text(event, this.#options.now()))
  }

  'step:end'(event: EventOf<'step:end'>): void {
    const step = this.#steps.end(event)
    if (step !== undefined) this.#finish(step, event)
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
    this.#gathering?.releaseAll()
    for (const result of report.results) this.#rows.end(result, result.outcome, result.failure, this.#options.now())
    this.#closeScreen()
    this.#say(this.#plans.end())
    this.#say(this.#closing(report))
  }

  #closing(report: Report): string[] {
    return closingLines(report, {
      paint: this.#paint,
      hasResult: this.#tableShown || this.#plans.asked,
      skips: this.#skips,
      plans: this.#plans.recap(),
      evidenceOf: (target) => this.#steps.evidence(target),
      ...(this.#gathering !== undefined && { own: this.#own }),
    })
  }

  #gather(event: EventOf<'run:start'>): void {
    this.#gathering = new Gathering({
      own: this.#own,
      now: this.#options.now,
      onStep: (step) => this.#show(step),
      onLetGo: (step, lines, isFirst) =>
        this.#screen.print([
          ...(isFirst ? [letGoNote(step)] : []),
          ...lines.map(({ text }) => this.#prefix.line(step, text)),
        ]),
    })
    this.#gathering.start(targetsOf(event))
  }

  #show(step: GatheredStep): void {
    for (const stream of ['stdout', 'stderr'] as const)
      this.#screen.print(foldedLines(step, stream, this.#prefix, this.#paint))
  }

  #ended(event: EventOf<'host:end'> | EventOf<'instance:end'>): void {
    for (const step of this.#steps.endAll(event)) this.#finish(step)
    this.#gathering?.over(event)
    this.#rows.end(event, event.outcome, event.failure, this.#options.now())
  }

  #finish(step: OpenStep, end?: EventOf<'step:end'>): void {
    this.#gathering?.end(step, end?.outcome, end?.ms)
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
    const now = this.#options.now()
    const since = this.#gathering?.heldSince
    // Whoever waits for output learns how to see it.
    const note = since !== undefined && now - since >= patience ? heldNote : undefined
    const holds = this.#gathering !== undefined
    this.#screen.draw(boardLines(this.#rows.all, { size, color, holds, note, paint: this.#paint, now }))
  }

  #closeScreen(): void {
    this.#closed = true
    clearInterval(this.#frames)
    this.#frames = undefined
    for (const step of this.#steps.endAll()) this.#finish(step)
    this.#gathering?.releaseAll()
    this.#rows.endAll(this.#options.now())
    this.#screen.close()
  }
}
