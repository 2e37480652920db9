import type { StepResult } from '../config/condition.js'
import type { Step } from '../operations/step.js'
import type { HelperEvent } from '../remote/helper.js'
import type { ProgramObserver, StepEnd } from '../transport/program.js'
import type { Session } from '../transport/session.js'
import { Capture } from './capture.js'
import { type Compiled, describeCommand, type Placed, type Section } from './compile.js'
import { HelperEvents } from './helper-events.js'
import { placeOf, type Run } from './run.js'
import { ship } from './ship.js'
import { Tail } from './tail.js'

/** A stop or a cancel can cross the end of a step: it is said again until the program has ended. Milliseconds. */
export const sayAgain = 500

/** A step that did not end well, with all that its failure has to tell. */
export interface FailedStep {
  readonly placed: Placed
  readonly end: StepEnd
  readonly timedOut: boolean
  readonly lastWords: readonly string[]
}

interface RunningStep {
  readonly placed: Placed
  readonly began: number
  readonly tail: Tail
  readonly helper?: HelperEvents
  /** What a condition may ask for. */
  readonly capture?: Capture
  timer?: NodeJS.Timeout
  timedOut: boolean
}

/** Follows the steps of one program: emits their events, keeps their timeouts, remembers how they ended. */
export class StepWatch implements ProgramObserver {
  readonly #run: Run
  readonly #session: () => Session | undefined
  readonly #compiled: Compiled
  readonly #running = new Map<string, RunningStep>()
  /** The first failed step of each section. */
  readonly failed = new Map<Section, FailedStep>()
  /** How many steps of each section ended well. */
  readonly done = new Map<Section, number>()
  /** The steps that ended, well or not. */
  readonly ended = new Set<Step>()
  /** Of the steps whose results conditions ask for. */
  readonly results = new Map<Step, StepResult>()
  lastBegun: Placed | undefined
  /** Why a file could not be sent. */
  shipError: unknown

  constructor(run: Run, session: () => Session | undefined, compiled: Compiled) {
    this.#run = run
    this.#session = session
    this.#compiled = compiled
  }

  start(id: string): void {
    const placed = this.#compiled.placed.get(id)
    if (placed === undefined) return
    const { step, section } = placed
    const reader =
      step.kind === 'run'
        ? (step.register ?? step.until) !== undefined && { capture: new Capture() }
        : { helper: new HelperEvents((event) => this.#onHelper(placed, event)) }
    const running: RunningStep = { placed, began: this.#run.now(), tail: new Tail(), timedOut: false, ...reader }
    this.lastBegun = placed
    this.#running.set(id, running)
    for (const left of section.leftOut?.get(step) ?? [])
      this.#run.emit({ type: 'step:skip', ...placeOf(section.host, section.instance), ...left })
    if (step.timeout !== undefined) this.#limit(running, id, step.timeout)
    const command = describeCommand(step)
    this.#run.emit({
      type: 'step:start',
      ...placeOf(section.host, section.instance),
      step: id,
      title: step.title,
      ...(command === undefined ? { own: true } : { command }),
    })
  }

  output(id: string, stream: 'stdout' | 'stderr', chunk: Uint8Array): void {
    const placed = this.#compiled.placed.get(id)
    if (placed === undefined) return
    const running = this.#running.get(id)
    const data = stream === 'stdout' && running?.helper ? running.helper.filter(chunk) : chunk
    if (data.length === 0) return
    running?.tail.push(data)
    running?.capture?.push(stream, data)
    const { host, instance } = placed.section
    this.#run.emit({ type: 'step:output', ...placeOf(host, instance), step: id, stream, data })
  }

  end(id: string, end: StepEnd): void {
    const running = this.#running.get(id)
    if (running === undefined) {
      this.#notBegun(id, end)
      return
    }
    this.#running.delete(id)
    clearInterval(running.timer)
    const { placed, timedOut, tail, began } = running
    const { section, step } = placed
    const ok = isOk(step, end)
    const outcome = end.stopped && !timedOut ? 'cancelled' : ok ? 'ok' : 'failed'
    this.ended.add(step)
    if (running.capture !== undefined) this.results.set(step, { ...running.capture.texts(), code: end.code, ok })
    this.#run.emit({
      type: 'step:end',
      ...placeOf(section.host, section.instance),
      step: id,
      title: step.title,
      outcome,
      code: end.code,
      ...(end.signal !== undefined && { signal: end.signal }),
      ms: this.#run.now() - began,
    })
    if (section.standby?.some((each) => each === step)) return
    const mayFail = step.kind === 'run' && (step.warnOnly || step.until !== undefined)
    if (outcome === 'ok' || (mayFail && outcome === 'failed')) this.done.set(section, (this.done.get(section) ?? 0) + 1)
    else if (!this.failed.has(section)) this.failed.set(section, { placed, end, timedOut, lastWords: tail.lines() })
  }

  /** A step that reads the channel would take a cancel for its input: for it, the end of the input is the cancel. */
  cancel(): void {
    const { shipment } = this.#compiled
    if (shipment && this.#running.has(shipment.id)) this.#session()?.close()
    else this.#session()?.cancel()
  }

  /** The program has ended, and with it all that was still to be watched. */
  close(): void {
    for (const { timer } of this.#running.values()) clearInterval(timer)
  }

  /** What is not begun has no events: it begins once sudo is told what it wants, or it is how its section failed. */
  #notBegun(id: string, end: StepEnd): void {
    const placed = this.#compiled.placed.get(id)
    if (placed === undefined || end.sudo === undefined) return
    const lastWords = end.sudo.lines
    if (!this.failed.has(placed.section)) this.failed.set(placed.section, { placed, end, timedOut: false, lastWords })
  }

  #limit(running: RunningStep, id: string, seconds: number): void {
    const stop = () => {
      running.timedOut = true
      this.#session()?.stop(id)
    }
    running.timer = setTimeout(() => {
      stop()
      running.timer = setInterval(stop, sayAgain)
    }, seconds * 1000)
  }

  #onHelper({ section, step, id }: Placed, event: HelperEvent): void {
    const { shipment } = this.#compiled
    section.onHelper?.(step, event)
    if (event.event === 'missing' && shipment?.id === id) {
      void this.#ship(event.indexes)
    } else if (event.event === 'progress') {
      const { done, total } = event
      this.#run.emit({
        type: 'step:progress',
        ...placeOf(section.host, section.instance),
        step: id,
        done,
        total,
        unit: 'bytes',
      })
    }
  }

  async #ship(missing: readonly number[]): Promise<void> {
    const session = this.#session()
    const { shipment } = this.#compiled
    if (session === undefined || shipment === undefined) return
    try {
      await ship(session, shipment, missing, this.#run.signal)
    } catch (error) {
      this.shipError = error
      // The receiving step must not wait for what cannot come.
      session.close()
    }
  }
}

function isOk(step: Step, { code, signal, stopped }: StepEnd): boolean {
  const codes = (step.kind === 'run' ? step.okCodes : undefined) ?? [0]
  return signal === undefined && !stopped && codes.includes(code)
}
