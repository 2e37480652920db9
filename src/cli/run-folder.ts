import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Target, TargetResult } from '../events.js'

/** How many runs are remembered. */
const kept = 50

/** `20260102-030405-678-k3f9`; not what somebody else has put there. */
const runName = /^\d{8}-\d{6}-\d{3}-[a-z0-9]{4}$/

/** What is remembered of a run: run.json. */
export interface RecordedRun {
  readonly v: 1
  readonly id: string
  /** As typed behind `venvoy`. */
  readonly command: string
  /** What was done, without options and selection: `['run', 'migrate']`. Runs with the same words are of one kind. */
  readonly words: readonly string[]
  /** The whole path of the config file, whether or not it was there. */
  readonly file: string
  /** The options that decide what is done, as given: a repetition takes them on. */
  readonly options: Readonly<Record<string, unknown>>
  readonly dryRun: boolean
  /** Which part of the work it was: `3/8`. */
  readonly shard?: string
  readonly selection: readonly Target[]
  readonly started: string
  readonly notes: readonly string[]
  /** How targets ended, as far as they have. */
  readonly results: readonly TargetResult[]
  /** These are there when the run has come to its end. */
  readonly ended?: string
  readonly ms?: number
  readonly exitCode?: number
}

/** An id that sorts by time: `20260102-030405-678-k3f9`. `now` in milliseconds since 1970, `random` from 0 to 1. */
export function runId(now: number, random: number): string {
  const [date = '', time = ''] = new Date(now).toISOString().slice(0, -1).split('T')
  const end = Math.floor(random * 36 ** 4).toString(36)
  return `${date.replaceAll('-', '')}-${time.replaceAll(':', '').replace('.', '-')}-${end.padStart(4, '0')}`
}

/** Makes the folder of a new run, for this user only, and forgets the oldest runs. */
export function makeRunFolder(runs: string, id: string): string {
  mkdirSync(runs, { recursive: true, mode: 0o700 })
  const folder = join(runs, id)
  mkdirSync(folder, { mode: 0o700 })
  for (const old of runIds(runs).slice(0, -kept)) rmSync(join(runs, old), { recursive: true, force: true })
  return folder
}

/** The newest run of a kind that may have changed something; undefined where none is remembered. */
export function lastRun(runs: string, file: string, words: readonly string[]): RecordedRun | undefined {
  for (const id of runIds(runs).toReversed()) {
    const run = readRun(join(runs, id))
    const isOfKind = run?.file === file && JSON.stringify(run.words) === JSON.stringify(words)
    if (isOfKind && !run.dryRun) return run
  }
  return undefined
}

function runIds(runs: string): string[] {
  try {
    return readdirSync(runs)
      .filter((name) => runName.test(name))
      .sort()
  } catch {
    return []
  }
}

/** A record that is broken off or of another version counts as none. */
function readRun(folder: string): RecordedRun | undefined {
  try {
    const run = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RecordedRun
    return run.v === 1 ? run : undefined
  } catch {
    return undefined
  }
}
