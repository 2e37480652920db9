import { VenvoyError } from '../errors.js'
import { endedWell, type Target, type TargetResult } from '../events.js'
import { targetName } from '../render/target.js'
import { quote } from '../shell/quote.js'
import type { Options } from './options.js'
import { configPath, runsFolder } from './places.js'
import { lastRun, type RecordedRun } from './run-folder.js'
import type { World } from './world.js'

/** The options that decide what is done, and not where or how it looks. */
const decisive = ['ref', 'set', 'user', 'identity', 'prefix', 'cd', 'as', 'shell', 'serial', 'maxFailures'] as const

/** What a command does with `--retry-failed`; without it, what it would do anyway. */
export interface Retry<O extends Options> {
  readonly options: O
  /** Which targets are left over from the last run; all, if nothing is repeated. */
  isLeft(target: Target): boolean
  readonly notes: readonly string[]
}

/**
 * With `--retry-failed`: the last run with these words on this file, for the targets that did not end well in it, with the
 * options that it had. Throws where there is no such run, and where all of it went well.
 */
export function retryOf<O extends Options>(world: World, given: O, words: readonly string[]): Retry<O> {
  if (!given.retryFailed) return { options: given, isLeft: () => true, notes: [] }
  const run = lastRun(runsFolder(world), configPath(world, given), words)
  if (run === undefined) throw noRun(words)
  const left = leftOf(run)
  if (left.length === 0) throw nothingLeft(run)
  const keys = new Set(left.map(keyOf))
  return {
    options: { ...run.options, ...given },
    isLeft: (target) => keys.has(keyOf(target)),
    notes: [
      `again what venvoy ${run.command} (${run.started}) left: ` +
        `${left.length} of ${run.selection.length}: ${namesOf(left)}`,
    ],
  }
}

/** The targets that a repetition is about. Throws if the selection leaves none of them. */
export function leftOver<T>(
  all: readonly T[],
  { isLeft, options }: Retry<Options>,
  targetOf: (each: T) => Target,
): readonly T[] {
  const left = all.filter((each) => isLeft(targetOf(each)))
  // In its part of the targets there may have been no failure.
  if (left.length > 0 || all.length === 0 || options.shard !== undefined) return left
  throw new VenvoyError({
    kind: 'config',
    what: 'none of what failed the last time is selected now',
    next: 'leave out -i, -H, -g and -x: --retry-failed selects by itself',
  })
}

/** The given options that decide what is done. */
export const decisiveOptions = (options: Options): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(options).filter(([key]) => (decisive as readonly string[]).includes(key)))

/** The commands that can be repeated for what is left of them. */
const repeatable: ReadonlySet<string> = new Set(['deploy', 'run', 'exec', 'venv create', 'venv remove'])

/** So many targets are repeated as quickly by naming them. */
const fewTargets = 3

/** The command line that repeats a run for what did not end well in it, where that is a part of many. */
export function retryOffer(
  argv: readonly string[],
  command: string,
  results: readonly TargetResult[],
): { readonly retry?: string } {
  const left = results.filter((result) => !endedWell(result)).length
  const names = command.split(' ')
  const at = argv.indexOf(names.at(-1)!, argv.indexOf(names[0]!)) + 1
  const isPart = results.length > fewTargets && left > 0 && left < results.length
  if (!isPart || at === 0 || !repeatable.has(command)) return {}
  const again = argv.includes('--retry-failed') ? [] : ['--retry-failed']
  return { retry: [...argv.slice(0, at), ...again, ...argv.slice(at)].map(quote).join(' ') }
}

/** The line that repeats what was done; nothing, where that cannot be said. `words`: as records have them. */
export function retryLine([command = '', ...rest]: readonly string[]): string | undefined {
  if (!repeatable.has(command)) return undefined
  return ['venvoy', command, '--retry-failed', ...rest.map(quote)].join(' ')
}

/** A target has ended well when all that it was to do has: of several tasks one may have failed. */
function leftOf({ selection, results }: RecordedRun): readonly Target[] {
  return selection.filter((target) => {
    const own = results.filter((result) => keyOf(result) === keyOf(target))
    return own.length === 0 || own.some((result) => !endedWell(result))
  })
}

const keyOf = ({ host, instance }: Target): string => JSON.stringify([host, instance ?? null])

const mostNamed = 10

function namesOf(targets: readonly Target[]): string {
  const names = targets.slice(0, mostNamed).map(targetName)
  return targets.length > mostNamed ? `${names.join(', ')} and ${targets.length - mostNamed} more` : names.join(', ')
}

const noRun = (words: readonly string[]) =>
  new VenvoyError({
    kind: 'config',
    what: `there is no earlier run of \`venvoy ${words.join(' ')}\` here to retry`,
    next: 'run it without --retry-failed',
  })

const nothingLeft = ({ command, started, selection }: RecordedRun) =>
  new VenvoyError({
    kind: 'config',
    what: `nothing is left to retry: venvoy ${command} (${started}) ended well on all ${selection.length}`,
  })
