import { expect, it } from 'vitest'
import type { InstanceFacts } from '../../src/facts/facts.js'
import { describeStatus, describeUnreached, statusColumns, statusSummary } from '../../src/plan/status.js'
import { factsOf, releaseReceiptOf, serving, specOf, treeOf } from './given.js'

const tree = treeOf({ 'app.py': '1' })
const { served } = serving(tree)
const { homeEntry: _, ...unlinked } = serving(tree)

it('has a value for each column', () => {
  const row = describeStatus(specOf(), factsOf(serving(tree)))
  expect(Object.fromEntries(statusColumns.map((column, i) => [column, row[i]]))).toEqual({
    instance: 'staging',
    host: 'web1',
    release: '7',
    revision: 'main (3f2a91c)',
    deployed: '1 hour ago by ann@laptop',
    lock: '',
    ports: '',
    venv: 'blog-staging',
    python: '3.11.2',
    state: 'serving',
    services: '',
  })
})

it.each<[string, Partial<InstanceFacts>]>([
  ['not deployed', {}],
  ['current is a file, not a link', { currentProblem: 'is a file, not a link' }],
  ['its venv is gone or has no receipt', { current: releaseReceiptOf(tree) }],
  ['the interpreter of its venv changed or is gone', serving(tree, { served: { ...served!, sound: false } })],
  ['serving; workon leads elsewhere', serving(tree, { homeEntry: served!.path })],
  ["serving; workon finds a folder of somebody's", serving(tree, { homeEntry: 'directory' })],
  ["serving; workon finds a file of somebody's", serving(tree, { homeEntry: 'file' })],
  ['serving; the link for workon is gone', unlinked],
  ['serving; release 7 serves although it failed', serving(tree, { failed: [6, 7] })],
  ['serving; what follows the switch to release 7 did not come to its end', serving(tree, { unsettled: true })],
])('says: %s', (state, facts) => {
  expect(describeStatus(specOf(), factsOf(facts))[2]).toBe(state)
})

it.each<[string, Partial<InstanceFacts>]>([
  ['bob@desk deploys', { lock: { by: 'bob@desk', command: 'deploy', since: '2027-01-15T07:59:50Z' } }],
  ['held by ann@laptop', { hold: { by: 'ann@laptop', since: '2027-01-15T07:59:50Z', reason: 'audit' } }],
  ['held by ann@laptop until 2027-02-01', { hold: { by: 'ann@laptop', since: '', until: '2027-02-01' } }],
])('says who has the lock: %s', (lock, facts) => {
  expect(describeStatus(specOf(), factsOf(serving(tree, facts)))[6]).toBe(lock)
})

it('sums up what there is', () => {
  const row = (facts: Partial<InstanceFacts>) => describeStatus(specOf(), factsOf(facts))
  const hold = { by: 'ann@laptop', since: '' }
  const rows = [
    ...Array.from({ length: 98 }, () => row(serving(tree))),
    ...[row({}), row(serving(tree, { homeEntry: 'file', hold })), row({ currentProblem: 'is a file, not a link' })],
    describeUnreached(specOf()),
  ]
  expect(statusSummary(rows)).toBe('98 serving, 1 not deployed, 2 drifted, 1 not reached, 1 held')
  expect(statusSummary([row(serving(tree))])).toBe('1 serving')
})

it.each([
  ['2027-01-15T07:59:50Z', 'just now'],
  ['2027-01-15T08:01:00Z', 'just now'],
  ['2027-01-15T07:58:59Z', '1 minute ago'],
  ['2027-01-15T05:00:00Z', '3 hours ago'],
  ['2026-12-15T08:00:00Z', '31 days ago'],
  ['yesterday', 'yesterday'],
])('says of %s: %s', (created, age) => {
  const facts = factsOf(serving(tree, { current: releaseReceiptOf(tree, { created }) }))
  expect(describeStatus(specOf(), facts)[5]).toBe(`${age} by ann@laptop`)
})
