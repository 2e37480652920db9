import { expect, it } from 'vitest'
import type { InstanceFacts } from '../../src/facts/facts.js'
import type { SwitchEntry } from '../../src/facts/journal-entries.js'
import { describeHistory, historyColumns } from '../../src/plan/history.js'
import { factsOf, releaseReceiptOf, treeOf } from './given.js'

const tree = treeOf({ 'app.py': '1' })

const entry = (count: number, from: number | null, to: number, changes: Partial<SwitchEntry> = {}): SwitchEntry => ({
  count,
  when: `2027-01-15T07:0${count}:00Z`,
  how: 'deploy',
  from,
  to,
  revision: 'v1 (3f2a91c)',
  venv: '0123456789abcdef',
  by: 'ann@laptop',
  ...changes,
})

const on = (host: string, number: number, switches: readonly SwitchEntry[]) => {
  const state: Partial<InstanceFacts> = { current: releaseReceiptOf(tree, { number }), switches }
  return { instance: 'staging', host, state: factsOf(state).instances.staging! }
}

/** When, host, what, release. */
const told = (...all: readonly ReturnType<typeof on>[]) =>
  describeHistory(all).map(([when, , host, what, release]) => `${when?.slice(14, 16)} ${host} ${what}: ${release}`)

it('has a value for each column', () => {
  const [row] = describeHistory([on('web1', 2, [entry(3, 1, 2, { how: 'rollback', run: '20270115-1' })])])
  expect(Object.fromEntries(historyColumns.map((column, i) => [column, row?.[i]]))).toEqual({
    when: '2027-01-15T07:03:00Z',
    instance: 'staging',
    host: 'web1',
    what: 'rollback',
    release: '1 → 2',
    revision: 'v1 (3f2a91c)',
    venv: '0123456789abcdef',
    by: 'ann@laptop',
    run: '20270115-1',
  })
})

it('is the newest first, of all hosts', () => {
  const web1 = on('web1', 3, [entry(1, null, 1), entry(3, 1, 3)])
  const web2 = on('web2', 2, [entry(2, null, 1), entry(4, 1, 2)])
  expect(told(web1, web2)).toEqual([
    '04 web2 deploy: 1 → 2',
    '03 web1 deploy: 1 → 3',
    '02 web2 deploy: 1',
    '01 web1 deploy: 1',
  ])
})

it('keeps the order of what happened where a clock jumped', () => {
  const jumped = [entry(5, null, 1), entry(2, 1, 2), entry(6, 2, 3)]
  expect(told(on('web1', 3, jumped))).toEqual(['06 web1 deploy: 2 → 3', '02 web1 deploy: 1 → 2', '05 web1 deploy: 1'])
})

it('says what did not happen, or was undone', () => {
  const killed = [entry(1, null, 1), entry(2, 1, 2), entry(2, 1, 3), entry(3, 3, 4)]
  expect(told(on('web1', 3, killed))).toEqual([
    '03 web1 deploy, did not last: 3 → 4',
    '02 web1 deploy: 1 → 3',
    '02 web1 deploy, did not last: 1 → 2',
    '01 web1 deploy: 1',
  ])
})
