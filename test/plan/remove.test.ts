import { expect, it } from 'vitest'
import type { HostFacts } from '../../src/facts/facts.js'
import { planBy } from '../../src/plan/procedure.js'
import { remove } from '../../tasks/remove.js'
import { described } from './described.js'
import { factsOf, serving, specOf, treeOf, venvReceiptOf } from './given.js'

const path = '/home/ann/.virtualenvs/.venvoy/0123456789abcdef/blog-staging'
const built = [{ path, receipt: venvReceiptOf(), sound: true }]
const there = serving(treeOf({ 'app.py': '1' }), { built, owner: 'ours' })
const planOf = (facts: HostFacts, keepShared = false) =>
  planBy(remove(keepShared), { spec: specOf(), facts, by: 'ann@laptop' })

it.each<[string, HostFacts, boolean, string[]]>([
  ['nothing where there is nothing', factsOf(), false, ['staging on web1: nothing to do']],
  [
    'an instance',
    factsOf(there),
    false,
    [
      'staging on web1',
      '  - remove staging from ~/apps/blog-staging',
      '      2 releases; main (3f2a91c) serves',
      '      ~/apps/blog-staging/shared, with all that is in it',
      '      ~/.virtualenvs/blog-staging',
      `      ${path}, unless another instance needs it`,
    ],
  ],
  [
    'what a killed one left, but not what is shared',
    factsOf({ owner: 'ours', generation: 8 }),
    true,
    [
      'staging on web1',
      '  - remove staging from ~/apps/blog-staging',
      '      0 releases; nothing serves',
      '      ~/apps/blog-staging/shared stays',
    ],
  ],
])('removes %s', (_, facts, keepShared, lines) => {
  expect(described(planOf(facts, keepShared))).toEqual(lines)
})

it('refuses a folder that is not ours', () => {
  const text = `staging on web1: ~/apps/blog-staging is not an instance of venvoy's
  it has no folder /home/ann/apps/blog-staging/.venvoy, and it is not empty
  try: ls -la /home/ann/apps/blog-staging`
  expect(() => planOf(factsOf({ owner: 'foreign' }))).toThrow(expect.objectContaining({ message: text }))
})
