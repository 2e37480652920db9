import { describe, expect, it } from 'vitest'
import { mergeRuns } from '../../src/cli/merged-runs.js'
import type { RecordedRun } from '../../src/cli/run-folder.js'
import type { Outcome, TargetResult } from '../../src/events.js'

const result = (host: string, outcome: Outcome): TargetResult => ({ host, outcome, steps: 1, ms: 5 })

function report(started: string, ends: Readonly<Record<string, Outcome | undefined>>, more: Partial<RecordedRun> = {}) {
  const results = Object.entries(ends).flatMap(([host, outcome]) => (outcome ? [result(host, outcome)] : []))
  const run: RecordedRun = {
    ...{ v: 1, id: started, command: 'deploy --all', words: ['deploy'], file: '/blog/deploy.yml', options: {} },
    ...{ dryRun: false, selection: Object.keys(ends).map((host) => ({ host })), started, notes: [], results },
    ...{ ended: `${started}5`, ms: 5, exitCode: results.some(({ outcome }) => outcome === 'failed') ? 1 : 0 },
    ...more,
  }
  return { path: `${started}.json`, run }
}

const outcomes = (results: readonly TargetResult[]) => results.map(({ host, outcome }) => `${host} ${outcome}`)

describe('merged reports', () => {
  it('have the targets and results of all', () => {
    const merged = mergeRuns([report('1', { web1: 'changed', web2: 'failed' }), report('2', { web3: 'unchanged' })])
    expect(merged).toEqual({
      words: ['deploy'],
      options: {},
      dryRun: false,
      selection: [{ host: 'web1' }, { host: 'web2' }, { host: 'web3' }],
      results: [result('web1', 'changed'), result('web2', 'failed'), result('web3', 'unchanged')],
      codes: [],
      missing: [],
    })
  })

  it('count a target as the last of them has it, in whatever order they are given', () => {
    const [first, again] = [report('1', { web1: 'ok', web2: 'failed' }), report('2', { web2: 'ok' })]
    expect(outcomes(mergeRuns([again, first]).results)).toEqual(['web1 ok', 'web2 ok'])
  })

  it('have several results of a target that had several tasks', () => {
    const run = report('1', { web1: 'ok' })
    const twice = { ...run, run: { ...run.run, results: [result('web1', 'ok'), result('web1', 'failed')] } }
    expect(outcomes(mergeRuns([twice]).results)).toEqual(['web1 ok', 'web1 failed'])
  })

  it('know nothing good of the targets of a run that was killed, and of one that ended without them', () => {
    const { ended: _, exitCode: __, ...rest } = report('1', { web1: 'ok', web2: undefined }).run
    const merged = mergeRuns([{ path: 'a', run: rest }, report('2', { web3: undefined }, { exitCode: 2 })])
    expect(outcomes(merged.results)).toEqual(['web1 ok', 'web2 unknown', 'web3 skipped'])
    expect(merged.results[1]?.failure?.what).toBe('its run was ended before it was through')
    expect(merged.codes).toEqual([1, 2])
  })

  it('keep an exit code that no result shows, unless all of its targets were done again', () => {
    const difference = report('1', { web1: 'ok' }, { exitCode: 6 })
    expect(mergeRuns([difference]).codes).toEqual([6])
    expect(mergeRuns([difference, report('2', { web1: 'unchanged' })]).codes).toEqual([])
  })

  it('name the parts that are not there, as the work was divided first', () => {
    const parts = [report('1', { web1: 'ok' }, { shard: '2/4' }), report('2', {}, { shard: '4/4' })] as const
    const again = report('3', { web1: 'ok' }, { shard: '1/2' })
    expect(mergeRuns([...parts, again]).missing).toEqual([
      { number: 1, of: 4 },
      { number: 3, of: 4 },
    ])
  })

  it.each<[string, Partial<RecordedRun>]>([
    ['another command', { words: ['run', 'migrate'], command: 'run migrate' }],
    ['other options', { options: { ref: 'v2' }, command: 'deploy --all --ref v2' }],
    ['a dry run', { dryRun: true, command: 'deploy --dry-run' }],
  ])('are refused: %s', (_, other) => {
    expect(() => mergeRuns([report('1', {}), report('2', {}, other)])).toThrow(
      'these are reports of different things\n' +
        '  1.json: venvoy deploy --all\n' +
        `  2.json: venvoy ${other.command}\n` +
        '  try: merge the reports of one command with the same --ref, --set and the like',
    )
  })
})
