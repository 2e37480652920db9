import { appendFileSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { VenvoyError } from '../errors.js'
import type { RunEvent, TargetResult } from '../events.js'
import { HostLog } from '../render/host-log.js'
import { makeRunFolder, type RecordedRun } from './run-folder.js'

/** How often what has happened is written, in milliseconds; a run that is killed loses no more than this. */
const writeEvery = 500

interface RecordOptions {
  /** What is known before the run begins. */
  readonly about: Omit<RecordedRun, 'v' | 'notes' | 'results' | 'ended' | 'ms' | 'exitCode'>
  now(): number
  /** Makes a text fit to be kept: without secrets. */
  mask(text: string): string
  /** Where run.json is written to as well, as was asked for; an absolute path. */
  readonly report?: string
}

/** Writes down a run as it goes: run.json, and for each host a log of what was done and printed there. */
export class RunRecord {
  readonly #options: RecordOptions
  readonly #folder: string
  readonly #log: HostLog
  readonly #waiting = new Map<string, string>()
  readonly #timer: NodeJS.Timeout
  #run: RecordedRun
  #isChanged = true
  #trouble: string | undefined
  #reportTrouble: string | undefined
  #tell: (text: string) => void = () => {}

  /** `runs`: the folder of all runs. Throws a VenvoyError where the report cannot be written. */
  constructor(runs: string, options: RecordOptions) {
    this.#options = options
    this.#folder = join(runs, options.about.id)
    this.#run = { v: 1, ...options.about, notes: [], results: [] }
    this.#log = new HostLog({
      now: options.now,
      write: (host, line) => this.#waiting.set(host, `${this.#waiting.get(host) ?? ''}${options.mask(line)}\n`),
    })
    this.#attempt(() => makeRunFolder(runs, options.about.id))
    this.#write()
    if (this.#reportTrouble !== undefined) throw noReport(options.report!, this.#reportTrouble)
    this.#timer = setInterval(() => this.#write(), writeEvery)
    this.#timer.unref()
  }

  get id(): string {
    return this.#options.about.id
  }

  /** Where it is written; nothing if it cannot be. */
  get place(): { folder?: string } {
    return this.#trouble === undefined ? { folder: this.#folder } : {}
  }

  /** The disk is full, say: told once, and the run goes on without a record. */
  onTrouble(tell: (text: string) => void): void {
    this.#tell = tell
    if (this.#trouble !== undefined) tell(this.#trouble)
  }

  emit(event: RunEvent): void {
    if (this.#trouble === undefined) this.#log.emit(event)
    this.#note(event)
    if (event.type === 'run:end') this.close()
  }

  /** Writes what is left. More than once is fine. */
  close(): void {
    clearInterval(this.#timer)
    this.#write()
  }

  #note(event: RunEvent): void {
    if (event.type === 'run:note' && event.host === undefined)
      this.#change({ notes: [...this.#run.notes, event.text.slice(0, 1000)] })
    if (event.type === 'host:end' || event.type === 'instance:end') {
      const { type: _, ...ended } = event
      this.#change({ results: [...this.#run.results, { ...ended, steps: 0, ms: 0 } satisfies TargetResult] })
    }
    if (event.type !== 'run:end') return
    const { results, ms, exitCode } = event.report
    const ended = new Date(this.#options.now()).toISOString()
    // A run that an error has ended knows no results of its own: what was seen on the way stays.
    this.#change({ ended, ms, exitCode, ...(results.length > 0 && { results }) })
  }

  #change(change: Partial<RecordedRun>): void {
    this.#run = { ...this.#run, ...change }
    this.#isChanged = true
  }

  #write(): void {
    const text = this.#isChanged ? this.#text() : undefined
    this.#isChanged = false
    this.#attempt(() => {
      for (const [host, log] of this.#waiting) appendFileSync(join(this.#folder, logName(host)), log, { mode: 0o600 })
      this.#waiting.clear()
      if (text !== undefined) replaceFile(join(this.#folder, 'run.json'), text)
    })
    if (text !== undefined) this.#report(text)
  }

  #attempt(write: () => void): void {
    if (this.#trouble !== undefined) return
    try {
      write()
    } catch (error) {
      this.#trouble = `no record is kept of this run: ${error instanceof Error ? error.message : String(error)}`
      this.#tell(this.#trouble)
    }
  }

  #report(text: string): void {
    const { report } = this.#options
    if (report === undefined || this.#reportTrouble !== undefined) return
    try {
      makeFolder(dirname(report))
      replaceFile(report, text)
    } catch (error) {
      this.#reportTrouble = error instanceof Error ? error.message : String(error)
      this.#tell(`the report is not complete: ${this.#reportTrouble}`)
    }
  }

  #text(): string {
    const { mask } = this.#options
    const masked = (_: string, value: unknown) => (typeof value === 'string' ? mask(value) : value)
    return `${JSON.stringify(this.#run, masked, 2)}\n`
  }
}

/** The folder alone: what lies above it is somebody's choice. */
function makeFolder(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder)
}

/** Half a file would be no record at all. */
function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

const noReport = (where: string, why: string) =>
  new VenvoyError({
    kind: 'config',
    where,
    what: 'the report cannot be written',
    why: [why],
    next: 'another file for --report, in a folder that you may write to',
  })

/** `web1.log`; of a host that is in no file, what is fit for a name: `deploy@web1_2222.log`. */
export const logName = (host: string): string => `${host.replace(/[^\w.@-]/g, '_').replace(/^\./, '_')}.log`
