import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { shardText } from '../../config/shard.js'
import { VenvoyError, worstExitCode } from '../../errors.js'
import { endedWell } from '../../events.js'
import { emitEnd } from '../../run/hosts.js'
import { type Given, mergeRuns } from '../merged-runs.js'
import type { Options } from '../options.js'
import { retryLine } from '../retry.js'
import type { RecordedRun } from '../run-folder.js'
import { startRun } from '../start-run.js'
import type { World } from '../world.js'

/** `venvoy report merge FILE…`: what the parts of a run come to, as one run, which `--retry-failed` then repeats. */
export async function mergeReports(world: World, paths: readonly string[], options: Options): Promise<number> {
  const { words, missing, codes, ...merged } = mergeRuns(
    paths.map((path) => readReport(world, path)) as [Given, ...Given[]],
  )
  const [command = '', ...rest] = words
  const settings = {
    ...{ command, words: rest, hosts: [], selection: merged.selection, dryRun: merged.dryRun },
    options: { ...merged.options, ...options, plain: true },
    again: () => '',
    exitCode: (ofResults: number) => worstExitCode([ofResults, ...codes, ...(missing.length > 0 ? [1] : [])]),
  }
  return startRun(world, settings, async (run) => {
    const note = (level: 'info' | 'warning', text: string) => run.emit({ type: 'run:note', level, text })
    for (const result of merged.results) emitEnd(run, result)
    if (missing.length > 0) note('warning', `there is no report of ${missing.map(shardText).join(', ')}`)
    const again = retryLine(words)
    if (again !== undefined && !merged.dryRun && !merged.results.every(endedWell))
      note('info', `what did not end well, once more: ${again}`)
    return merged.results
  })
}

function readReport({ cwd }: World, path: string): Given {
  const wrong = (what: string) =>
    new VenvoyError({ kind: 'config', where: path, what, next: 'venvoy … --report FILE writes one' })
  let run: Partial<RecordedRun> | null
  try {
    run = JSON.parse(readFileSync(resolve(cwd, path), 'utf8'))
  } catch (error) {
    throw wrong(`the report cannot be read: ${(error as Error).message}`)
  }
  const isReport = run?.v === 1 && [run.words, run.selection, run.results].every(Array.isArray)
  if (!isReport) throw wrong('this is no report of a run')
  return { path, run: run as RecordedRun }
}
