import { expect, it } from 'vitest'
import type { InstanceFacts } from '../../src/facts/facts.js'
import { described } from './described.js'
import { factsOf, requirementsOf, serving, specOf, treeOf } from './given.js'
import { planDeploy } from './planned.js'

const tree = treeOf({ 'app.py': '1' })
const older = treeOf({ 'app.py': '0' })

/** The last steps of a deploy that makes release 8. */
const removed = (changes: Partial<InstanceFacts>, keep: number, served = older): string[] => {
  const facts = factsOf(serving(served, { releases: [1, 2, 3, 4, 5, 6, 7], whole: [1, 2, 3, 4, 5, 6, 7], ...changes }))
  const lines = described(planDeploy(specOf({ keep }), facts, tree, requirementsOf(), 'ann@laptop'))
  const from = lines.findIndex((line) => line.includes('- remove'))
  return from < 0 ? [] : lines.slice(from).map((line) => line.trim())
}

it.each<[string, Partial<InstanceFacts>, number, string[]]>([
  ['what is beyond the number', {}, 5, ['- remove 3 releases', '1, 2, 3: beyond keep: 5']],
  ['nothing where there are no more', {}, 8, []],
  ['never what a rollback would go to', {}, 1, ['- remove 6 releases', '1, 2, 3, 4, 5, 6: beyond keep: 1']],
  [
    'never what a rollback would go to, however old it is',
    { failed: [7, 6], left: [5, 4] },
    2,
    ['- remove 6 releases', '1, 2, 4, 5, 6, 7: beyond keep: 2'],
  ],
  [
    'what has never served, before what has',
    { unserved: [4, 7] },
    1,
    ['- remove 6 releases', '1, 2, 3, 4, 5, 7: beyond keep: 1'],
  ],
  [
    'what has never served first, however new it is',
    { unserved: [4, 7] },
    6,
    ['- remove 2 releases', '4, 7: beyond keep: 6'],
  ],
  [
    'what a failed deploy left, which counts for nothing',
    { whole: [1, 2, 4, 7] },
    5,
    ['- remove 3 releases', '3, 5, 6: not whole, from a deploy that failed'],
  ],
  [
    'both',
    { whole: [1, 2, 4, 7] },
    3,
    ['- remove 5 releases', '1, 2: beyond keep: 3', '3, 5, 6: not whole, from a deploy that failed'],
  ],
])('removes %s', (_, changes, keep, lines) => {
  expect(removed(changes, keep)).toEqual(lines)
})

it('also where there is nothing else to do', () => {
  expect(removed({ releases: [5, 6, 7, 8], whole: [5, 6, 7] }, 2, tree)).toEqual([
    '- remove 2 releases',
    '5: beyond keep: 2',
    '8: not whole, from a deploy that failed',
  ])
  expect(removed({}, 7, tree)).toEqual([])
})
