import { describe, expect, it } from 'vitest'
import type { InstanceFacts } from '../../src/facts/facts.js'
import type { LinkEntry, SwitchEntry } from '../../src/facts/journal-entries.js'
import { venvsBefore, venvTimes } from '../../src/operations/venv-times.js'
import { factsOf, releaseReceiptOf, treeOf } from '../plan/given.js'

/** `deploy A` → the time at which that venv became the instance's. */
const timesOf = (lines: readonly string[]) =>
  lines.map((line, i) => {
    const [how = '', fingerprint = ''] = line.split(' ')
    return { when: String(i), how, fingerprint, by: 'ann@laptop' }
  })

describe('the venvs that could come back', () => {
  it.each<[string, readonly string[], string]>([
    ['none before the first', ['deploy A'], ''],
    ['the one before, then those before it', ['deploy A', 'deploy B', 'deploy C'], 'B A'],
    ['not what was turned away from', ['deploy A', 'deploy B', 'deploy C', 'venv-rollback B'], 'A'],
    ['nor what lies between', ['deploy A', 'deploy B', 'deploy C', 'venv-rollback A'], ''],
    ['a deploy after it goes on from there', ['deploy A', 'deploy B', 'venv-rollback A', 'deploy C'], 'A'],
    ['the same venv deployed again', ['deploy A', 'deploy B', 'rollback A', 'deploy B'], 'A'],
    ['an older one that a deploy brought back', ['deploy A', 'deploy B', 'deploy A'], 'B'],
    ['a rollback that went forward', ['deploy A', 'deploy B', 'rollback A', 'rollback B'], 'A'],
    ['of a venv without releases', ['create A', 'create B'], 'A'],
  ])('%s', (_, lines, before) => {
    expect(venvsBefore(timesOf(lines)).join(' ')).toBe(before)
  })
})

describe('the times of an instance', () => {
  const entry = (from: number | null, to: number, venv: string): SwitchEntry => ({
    ...{ count: to, when: `2027-01-15T07:0${to}:00Z`, how: 'deploy', from, to, revision: 'v1', venv, by: 'ann@laptop' },
  })
  const turn: LinkEntry = { when: '2027-01-14T07:00:00Z', how: 'create', venv: 'A', by: 'bob@desk' }
  const stateOf = (state: Partial<InstanceFacts>) => factsOf(state).instances.staging!

  it('are those at which the venv changed, the link’s before the releases’', () => {
    const current = releaseReceiptOf(treeOf({}), { number: 5 })
    const switches = [entry(null, 1, 'A'), entry(1, 2, 'B'), entry(2, 3, 'B'), entry(2, 4, 'C'), entry(4, 5, 'D')]
    const times = venvTimes(stateOf({ current, switches, turns: [turn] }))
    expect(times.map(({ when, how, fingerprint, by }) => `${when.slice(8, 16)} ${how} ${fingerprint} ${by}`)).toEqual([
      '14T07:00 create A bob@desk',
      '15T07:02 deploy B ann@laptop',
      '15T07:04 deploy C ann@laptop',
      '15T07:05 deploy D ann@laptop',
    ])
  })

  it('leave out what did not last', () => {
    const current = releaseReceiptOf(treeOf({}), { number: 1 })
    const times = venvTimes(stateOf({ current, switches: [entry(null, 1, 'A'), entry(1, 2, 'B')] }))
    expect(times.map(({ fingerprint }) => fingerprint)).toEqual(['A'])
  })
})
