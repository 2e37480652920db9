import { expect, it } from 'vitest'
import type { InstanceFacts } from '../../src/facts/facts.js'
import { describeLock, lockColumns, planHold, planRelease } from '../../src/plan/hold.js'
import { described } from './described.js'
import { factsOf, specOf } from './given.js'

const hold = { by: 'ann@laptop', since: '2027-01-15T07:00:00Z', reason: 'the audit', until: '2027-01-18T00:00:00Z' }
const lock = { by: 'bob@desk', command: 'rollback', since: '2027-01-15T08:00:00Z' }
const row = (state: Partial<InstanceFacts>) =>
  Object.fromEntries(
    describeLock('staging', 'web1', factsOf(state).instances.staging!).map((cell, i) => [lockColumns[i], cell]),
  )

it('says who deploys, and who keeps others from it', () => {
  const nobody = { instance: 'staging', host: 'web1', state: 'free', by: '', since: '', what: '', until: '' }
  const { since, until } = hold
  expect(row({})).toEqual(nobody)
  expect(row({ hold })).toEqual({ ...nobody, state: 'held', by: 'ann@laptop', since, what: 'the audit', until })
  expect(row({ hold, lock })).toEqual({
    ...nobody,
    by: 'bob@desk',
    since: lock.since,
    state: 'deploying',
    what: 'venvoy rollback',
  })
})

it('holds, and releases what is held', () => {
  const facts = factsOf({ owner: 'ours', hold })
  expect(described(planHold(specOf(), facts, hold))).toEqual(['staging on web1', '  ~ hold deploys of staging'])
  expect(described(planRelease(specOf(), facts))).toEqual(['staging on web1', '  ~ release deploys of staging'])
  expect(described(planRelease(specOf(), factsOf({ owner: 'ours' })))).toEqual(['staging on web1: nothing to do'])
  expect(() => planHold(specOf(), factsOf({ owner: 'foreign' }), hold)).toThrow("is not an instance of venvoy's")
})
