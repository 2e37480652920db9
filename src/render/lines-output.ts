import { Batch } from './batch.js'
import { type Fold, foldOf } from './ci.js'
import { clean } from './clean.js'
import type { Paint } from './color.js'
import { foldedLines, isFolded, letGoNote } from './folded.js'
import type { EventOf } from './formatters.js'
import { type GatheredStep, Gathering, type HeldLine } from './gathering.js'
import type { OwnWords } from './own-words.js'
import { OutputPrefix } from './prefix.js'
import type { RenderOptions } from './renderer.js'
import type { OpenStep, Stream } from './steps.js'
import { targetsOf } from './target.js'

interface LinesOutputOptions extends RenderOptions {
  readonly paint: Paint
  readonly own: OwnWords
  /** A step is over on all targets, and what it printed is said. */
  onStep(step: GatheredStep): void
}

/** The two streams of the lines view, and what of commands' output goes to which. */
export class LinesOutput {
  readonly #options: LinesOutputOptions
  readonly #prefix: OutputPrefix
  readonly #out: Batch
  readonly #err: Batch
  readonly #fold: Fold | undefined
  #gathering: Gathering | undefined
  #folded: OpenStep | undefined

  constructor(options: LinesOutputOptions) {
    this.#options = options
    this.#prefix = new OutputPrefix(options.paint, options.color)
    this.#out = new Batch(options.stdout)
    this.#err = new Batch(options.stderr)
    this.#fold = options.ci === undefined || options.stream ? undefined : foldOf(options.ci)
  }

  /** What is printed is folded away by whoever shows the log. */
  get isTucked(): boolean {
    return this.#fold !== undefined
  }

  /** Holds what is printed until a step is over everywhere; nothing where it is shown as it comes. */
  get gathering(): Gathering | undefined {
    return this.#gathering
  }

  start(event: EventOf<'run:start'>): void {
    this.#prefix.start(event)
    const { stream, fold, own, now } = this.#options
    const onTerminal = this.#options.columns() > 0
    if (!isFolded(event.targets, { stream, fold, inBuild: this.#fold !== undefined, onTerminal })) return
    this.#gathering = new Gathering({
      own,
      now,
      onStep: (step) => this.#block(step),
      onLetGo: (step, lines, isFirst) => this.#letGo(step, lines, isFirst),
    })
    this.#gathering.start(targetsOf(event))
  }

  /** A line that a step printed. */
  line(step: OpenStep, stream: Stream, text: string): void {
    if (!step.shown) return
    const line: HeldLine = { stream: step.own ? 'stderr' : stream, text: clean(text, this.#options.color) }
    if (this.#gathering === undefined) this.#print(step, [line])
    else this.#gathering.line(step, line)
  }

  /** All that a step printed is there. */
  endStep(step: OpenStep, end?: EventOf<'step:end'>): void {
    this.#gathering?.end(step, end?.outcome, end?.ms)
    if (this.#folded === step) this.#closeFold()
  }

  /** What was asked for. */
  result(lines: readonly string[]): void {
    this.#out.lines(lines)
  }

  /** What is said on the way. */
  progress(lines: readonly string[]): void {
    this.#err.lines(lines)
  }

  flush(): void {
    this.#err.flush()
    this.#out.flush()
  }

  #block(step: GatheredStep): void {
    const [stdout, stderr] = (['stdout', 'stderr'] as const).map((stream) =>
      foldedLines(step, stream, this.#prefix, this.#options.paint),
    )
    if (stdout!.length + stderr!.length > 0) {
      if (this.#fold !== undefined) this.#openFold(step.title)
      this.result(stdout!)
      this.#out.flush()
      this.progress(stderr!)
      if (this.#fold !== undefined) this.#closeFold()
    }
    this.#options.onStep(step)
  }

  #letGo(step: OpenStep, lines: readonly HeldLine[], isFirst: boolean): void {
    if (isFirst && this.#options.verbosity >= 0) this.progress([letGoNote(step)])
    this.#print(step, lines)
    // In a fold of its own: the next lines may be another target's.
    if (this.#folded === step) this.#closeFold()
  }

  #print(step: OpenStep, lines: readonly HeldLine[]): void {
    if (this.#fold !== undefined && this.#folded !== step) {
      this.#openFold(`${step.name}: ${step.title}`)
      this.#folded = step
    }
    for (const { stream, text } of lines)
      (stream === 'stdout' ? this.#out : this.#err).lines([this.#prefix.line(step, text)])
  }

  #openFold(title: string): void {
    this.#err.lines([this.#fold!.open(title, this.#options.now())])
    this.#err.flush()
  }

  #closeFold(): void {
    this.flush()
    this.#err.lines([this.#fold!.close(this.#options.now())])
    this.#folded = undefined
  }
}
