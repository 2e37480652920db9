import { parseShard, type Shard, shardText } from '../config/shard.js'
import { VenvoyError } from '../errors.js'
import { endedWell, type Target, type TargetResult } from '../events.js'
import { nameOf } from '../run/run.js'
import type { RecordedRun } from './run-folder.js'

/** A report as it was given. */
export interface Given {
  /** As typed. */
  readonly path: string
  readonly run: RecordedRun
}

/** What several runs of the same command come to. */
export interface MergedRuns {
  readonly words: readonly string[]
  readonly options: Readonly<Record<string, unknown>>
  readonly dryRun: boolean
  readonly selection: readonly Target[]
  readonly results: readonly TargetResult[]
  /** Exit codes that the results do not show: of a difference, of a run that did not get to its targets. */
  readonly codes: readonly number[]
  /** The parts that no report is about. */
  readonly missing: readonly Shard[]
}

/**
 * Puts the parts of one work together. A target that is in several counts as the last of them has it: a report of what was done
 * again goes over the first. Throws a VenvoyError where they are about different things.
 */
export function mergeRuns(given: readonly [Given, ...Given[]]): MergedRuns {
  const [first] = given
  assertAlike(given)
  const runs = given.map(({ run }) => run).toSorted((a, b) => (a.started < b.started ? -1 : 1))
  const lastOf = new Map(
    runs.flatMap((run) => run.selection.map((target) => [keyOf(target), { target, run }] as const)),
  )
  const counted = (run: RecordedRun) => run.selection.filter((target) => lastOf.get(keyOf(target))?.run === run)
  return {
    words: first.run.words,
    options: first.run.options,
    dryRun: first.run.dryRun,
    selection: [...lastOf.values()].map(({ target }) => target),
    results: [...lastOf.values()].flatMap(({ target, run }) => resultsOf(target, run)),
    codes: runs.flatMap((run) => (run.selection.length > 0 && counted(run).length === 0 ? [] : codesOf(run))),
    missing: missingOf(runs),
  }
}

function resultsOf(target: Target, { results, ended }: RecordedRun): readonly TargetResult[] {
  const own = results.filter((result) => keyOf(result) === keyOf(target))
  if (own.length > 0) return own
  if (ended !== undefined) return [{ ...target, outcome: 'skipped', steps: 0, ms: 0 }]
  const failure = { kind: 'command', where: nameOf(target), what: 'its run was ended before it was through' } as const
  return [{ ...target, outcome: 'unknown', failure, steps: 0, ms: 0 }]
}

/** What went wrong beside its targets. */
function codesOf({ ended, exitCode = 1, results }: RecordedRun): number[] {
  if (ended === undefined) return [1]
  return exitCode !== 0 && results.every(endedWell) ? [exitCode] : []
}

/** The parts of the work as it was first divided; what is done again may be divided otherwise. */
function missingOf(runs: readonly RecordedRun[]): Shard[] {
  const shards = runs.flatMap(({ shard }) => parseShard(shard ?? '') ?? [])
  const of = shards[0]?.of ?? 0
  const there = new Set(shards.map(shardText))
  const all = Array.from({ length: of }, (_, i): Shard => ({ number: i + 1, of }))
  return all.filter((shard) => !there.has(shardText(shard)))
}

function assertAlike([first, ...others]: readonly [Given, ...Given[]]): void {
  const different = others.find(({ run }) => kindOf(run) !== kindOf(first.run))
  if (different === undefined) return
  throw new VenvoyError({
    kind: 'config',
    what: 'these are reports of different things',
    why: [first, different].map(({ path, run }) => `${path}: venvoy ${run.command}`),
    next: 'merge the reports of one command with the same --ref, --set and the like',
  })
}

const kindOf = ({ words, options, dryRun }: RecordedRun): string =>
  JSON.stringify([words, dryRun, Object.entries(options).sort()])

const keyOf = ({ host, instance }: Target): string => JSON.stringify([host, instance ?? null])
