import { Batch } from './batch.js'
import { type Fold, foldOf } from './ci.js'
import type { Paint } from './color.js'
import type { EventOf } from './formatters.js'
import { type HeldLine, HeldLines } from './held.js'
import { OutputPrefix } from './prefix.js'
import type { RenderOptions } from './renderer.js'
import type { OpenStep, Stream } from './steps.js'

/** The two streams of the lines view, and what of commands' output goes to which. */
export class LinesOutput {
  readonly #options: RenderOptions
  readonly #prefix: OutputPrefix
  readonly #out: Batch
  readonly #err: Batch
  readonly #fold: Fold | undefined
  readonly #held = new HeldLines((step, lines) => this.#block(step, lines))
  #many = false
  #folded: OpenStep | undefined

  constructor(options: RenderOptions, paint: Paint) {
    this.#options = options
    this.#prefix = new OutputPrefix(paint, options.color)
    this.#out = new Batch(options.stdout)
    this.#err = new Batch(options.stderr)
    this.#fold = options.ci === undefined || options.stream ? undefined : foldOf(options.ci)
  }

  /** What is printed is folded away. */
  get folds(): boolean {
    return this.#fold !== undefined
  }

  start(event: EventOf<'run:start'>): void {
    this.#prefix.start(event)
    this.#many = event.targets > 1
  }

  /** A line that a step printed. Folds of several targets cannot interleave: their lines wait for the end of the step. */
  line(step: OpenStep, stream: Stream, text: string): void {
    if (!step.shown) return
    const line = { stream: step.own ? 'stderr' : stream, text: this.#prefix.line(step, text) }
    if (this.#fold !== undefined && this.#many) this.#held.add(step, line)
    else this.#print(step, [line])
  }

  /** All that a step printed is there. */
  endStep(step: OpenStep): void {
    this.#held.release(step)
    this.#closeFold(step)
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

  #block(step: OpenStep, lines: readonly HeldLine[]): void {
    this.#print(step, lines)
    this.#closeFold(step)
  }

  #print(step: OpenStep, lines: readonly HeldLine[]): void {
    if (this.#fold !== undefined && this.#folded !== step) {
      this.#err.lines([this.#fold.open(`${step.name}: ${step.title}`, this.#options.now())])
      this.#err.flush()
      this.#folded = step
    }
    for (const { stream, text } of lines) (stream === 'stdout' ? this.#out : this.#err).lines([text])
  }

  #closeFold(step: OpenStep): void {
    if (this.#fold === undefined || this.#folded !== step) return
    this.flush()
    this.#err.lines([this.#fold.close(this.#options.now())])
    this.#folded = undefined
  }
}
