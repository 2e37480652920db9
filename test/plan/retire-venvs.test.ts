import { expect, it } from 'vitest'
import type { BuiltVenv, InstanceFacts } from '../../src/facts/facts.js'
import { described } from './described.js'
import { factsOf, requirementsOf, serving, specOf, treeOf, venvOf, venvReceiptOf } from './given.js'
import { planDeploy } from './planned.js'

const tree = treeOf({ 'app.py': '1' })
const built = (fingerprint: string): BuiltVenv => ({
  path: `/home/ann/.virtualenvs/.venvoy/${fingerprint}/blog-staging`,
  receipt: venvReceiptOf({ fingerprint, inputs: fingerprint }),
  sound: true,
})
const old = ['1111111111111111', '2222222222222222', '0123456789abcdef'].map(built)

const lastOf = (keep: number | undefined, requirements: string, state: Partial<InstanceFacts>) => {
  const spec = specOf({ venv: venvOf(keep === undefined ? {} : { keep }) })
  return planDeploy(spec, factsOf(serving(tree, state)), tree, requirementsOf(requirements), 'ann@laptop')
}

it.each<[string, number | undefined, string, number]>([
  ['removes those beyond it behind the switch', 3, 'flask', 1],
  ['counts the one that is built', 4, 'flask', 0],
  ['leaves all where nothing is said', undefined, 'flask', 0],
  ['has nothing to do where nothing changes', 1, 'django==5.1.4\n', 0],
])('a deploy with venv.keep %s', (_, keep, requirements, count) => {
  const state = requirements === 'flask' ? { built: old } : {}
  const lines = described(lastOf(keep, requirements, state))
  expect(lines.filter((line) => line.includes('beyond keep'))).toHaveLength(count)
})

it('leaves it to the host which these are', () => {
  const step = lastOf(2, 'flask', { built: old }).settle?.at(-1)
  expect(step).toMatchObject({
    title: 'remove venvs blog-staging beyond keep: 2',
    action: 'prune',
    input: {
      ...{ home: '/home/ann/.virtualenvs', instances: ['~/apps/blog-staging'], now: false, dry: false },
      ...{ keep: { 'blog-staging': 2 }, only: ['blog-staging'] },
    },
  })
})
