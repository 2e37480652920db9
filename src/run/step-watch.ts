import type { StepResult } from '../config/condition.js'
import type { RunEvent } from '../events.js'
import { isOfTask, type Step } from '../operations/step.js'
import type { HelperEvent, Missing } from '../remote/helper.js'
import type { ProgramObserver, StepEnd } from '../transport/program.js'
import type { Session } from '../transport/session.js'
import { Capture } from './capture.js'
import { type Compiled, describeCommand, type Placed, type Section } from './compile.js'
import { Download } from './download.js'
import { HelperEvents, noteOf } from './helper-events.js'
import { placeOf, type Run } from './run.js'
import type { RunningStep } from './running-step.js'
import { ship } from './ship.js'
import { foundMoved, isCheck, isOk } from './step-end.js'
import { Tail } from './tail.js'
import { wouldNote } from './would.js'

/** A stop or a cancel can cross the end of a step: it is said again until the program has ended. Milliseconds. */
export const sayAgain = 500

/** A step that did not end well, with all that its failure has to tell. */
export interface FailedStep {
  readonly placed: Placed
  readonly end: StepEnd
  readonly timedOut: boolean
  readonly lastWords: readonly string[]
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
  readonly begun = new Set<Step>()
  /** The steps that ended, well or not. */
  readonly ended = new Set<Step>()
  /** Those that were to undo a switch; how they failed, if they did. */
  readonly undone = new Map<Step, FailedStep | undefined>()
  /** Of the steps whose results conditions ask for. */
  readonly results = new Map<Step, StepResult>()
  /** Whether file steps found something else than they want. */
  readonly changes = new Map<Step, boolean>()
  /** The session was closed to stop what was being sent. */
  hasClosed = false
  lastBegun: Placed | undefined
  /** What was asked for before this side was ready to send it. */
  #asked: Missing | undefined
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
    const running: RunningStep = {
      placed,
      began: this.#run.now(),
      tail: new Tail(),
      timedOut: false,
      ...this.#readerOf(placed),
      ...(isOfTask(step) && (step.register ?? step.until) !== undefined && { capture: new Capture() }),
    }
    if (!step.quiet) this.lastBegun = placed
    this.begun.add(step)
    this.#running.set(id, running)
    for (const left of section.leftOut?.get(step) ?? [])
      this.#run.emit({ type: 'step:skip', ...placeOf(section.host, section.instance), ...left })
    if (step.timeout !== undefined) this.#limit(running, id, step.timeout)
    const command = describeCommand(step)
    this.#tell(step, {
      type: 'step:start',
      ...placeOf(section.host, section.instance),
      step: id,
      title: step.title,
      ...(command !== undefined ? { command } : !isCheck(step) && { own: true }),
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
    this.#tell(placed.step, { type: 'step:output', ...placeOf(host, instance), step: id, stream, data })
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
    const { download } = running
    download?.close()
    const ok = isOk(step, end) && download?.fault === undefined
    const changed = step.kind !== 'file' || (download?.changed ?? running.changed ?? true)
    const fine = step.kind !== 'file' ? 'ok' : !changed ? 'unchanged' : step.check ? 'would change' : 'changed'
    const isMoved = foundMoved(step, end)
    const ended = ok ? fine : isMoved ? 'skipped' : 'failed'
    const outcome = end.stopped && !timedOut && !download?.fault ? 'cancelled' : ended
    this.ended.add(step)
    if (ok && step.kind === 'file') this.changes.set(step, changed)
    if (running.capture !== undefined) {
      const result = { ...running.capture.texts(), code: end.code, ok, changed: ok && changed }
      this.results.set(step, result)
    }
    this.#tell(step, {
      type: 'step:end',
      ...placeOf(section.host, section.instance),
      step: id,
      title: step.title,
      outcome,
      code: end.code,
      ...(end.signal !== undefined && { signal: end.signal }),
      ms: this.#run.now() - began,
    })
    const lastWords = [...tail.lines(), ...(download?.fault ? [download.fault.message] : [])]
    const failedStep = { placed, end, timedOut, lastWords }
    if (step.undoes) this.undone.set(step, ok ? undefined : failedStep)
    if ((step.quiet && ok) || step.undoes) return
    if (isCheck(step) && ok) this.#run.emit(wouldNote(section, `${step.title}: ${fine}`))
    if (section.standby?.some((each) => each === step)) return
    const mayFail = isOfTask(step) && (step.warnOnly || step.until !== undefined)
    if (outcome === fine || (mayFail && outcome === 'failed')) this.done.set(section, (this.done.get(section) ?? 0) + 1)
    else if (!this.failed.has(section)) this.failed.set(section, failedStep)
  }

  /** A step that reads the channel would take a cancel for its input: for it, the end of the input is the cancel. */
  cancel(): void {
    if (this.#isSending) this.#close()
    else this.#session()?.cancel()
  }

  /** The session is there: what was asked for before that can be sent. */
  opened(): void {
    const asked = this.#asked
    this.#asked = undefined
    if (asked !== undefined) void this.#ship(asked)
  }

  #close(): void {
    this.hasClosed = true
    this.#session()?.close()
  }

  /** Until the step that receives has ended, whatever is written is content to it. */
  get #isSending(): boolean {
    const { shipment, placed } = this.#compiled
    const step = shipment && placed.get(shipment.id)?.step
    return step !== undefined && !this.ended.has(step)
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
      if (this.#isSending) this.#close()
      else this.#session()?.stop(id)
    }
    running.timer = setTimeout(() => {
      stop()
      running.timer = setInterval(stop, sayAgain)
    }, seconds * 1000)
  }

  #readerOf(placed: Placed): Pick<RunningStep, 'helper' | 'download'> {
    const { step, id } = placed
    if (step.kind === 'run') return {}
    if (step.kind !== 'file' || step.work.kind !== 'download')
      return { helper: new HelperEvents((event) => this.#onHelper(placed, event)) }
    const download = new Download(step, this.#run.now, {
      progress: (done, total) => this.#progress(placed, done, total),
      fault: () => this.#session()?.stop(id),
    })
    const helper = new HelperEvents(
      (event) => download.event(event),
      (bytes) => download.bytes(bytes),
    )
    return { download, helper }
  }

  #tell(step: Step, event: RunEvent): void {
    if (!step.quiet) this.#run.emit(event)
  }

  #onHelper(placed: Placed, event: HelperEvent): void {
    const { shipment } = this.#compiled
    const running = this.#running.get(placed.id)
    placed.section.onHelper?.(placed.step, event)
    if (event.event === 'missing' && shipment?.id === placed.id) void this.#ship(event)
    else if (event.event === 'progress') this.#progress(placed, event.done, event.total)
    else if (event.event === 'note') this.#run.emit({ ...noteOf(event), host: placed.section.host })
    else if (event.event === 'placed' && running !== undefined) running.changed = event.changed
  }

  #progress({ section, id }: Placed, done: number, total: number): void {
    const { host, instance } = section
    this.#run.emit({ type: 'step:progress', ...placeOf(host, instance), step: id, done, total, unit: 'bytes' })
  }

  async #ship(missing: Missing): Promise<void> {
    const session = this.#session()
    const { shipment } = this.#compiled
    if (shipment === undefined) return
    if (session === undefined) {
      this.#asked = missing
      return
    }
    try {
      await ship(session, shipment, missing, this.#run.signal)
    } catch (error) {
      this.shipError = error
      // The receiving step must not wait for what cannot come.
      this.#close()
    }
  }
}
