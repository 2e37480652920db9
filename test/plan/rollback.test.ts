import { describe, expect, it } from 'vitest'
import type { HostFacts, InstanceFacts, KeptRelease, ReleaseReceipt } from '../../src/facts/facts.js'
import { planBy } from '../../src/plan/procedure.js'
import { rollback } from '../../tasks/rollback.js'
import { described } from './described.js'
import { factsOf, releaseReceiptOf, serving, specOf, stepOf, treeOf, venvReceiptOf } from './given.js'

const tree = treeOf({ 'app.py': '1' })
const receipt = venvReceiptOf()

const kept = (number: number, revision: string, changes: Partial<ReleaseReceipt> = {}): KeptRelease => {
  const release = releaseReceiptOf(tree, { number, revision, ...changes })
  return { receipt: release, venv: { path: release.venv, receipt, sound: true } }
}
const five = kept(5, 'v1.4.0 (aa11bb2)', { venv: '/home/ann/.virtualenvs/.venvoy/5555/blog-staging' })
const six = kept(6, 'v1.4.1 (cc33dd4)')
const seven = kept(7, 'main (3f2a91c)')

const state = (changes: Partial<InstanceFacts> = {}): HostFacts =>
  factsOf(serving(tree, { releases: [5, 6, 7], kept: [five, six, seven], ...changes }), { interpreters: [] })

const planOf = (facts: HostFacts, to?: number, spec = specOf()) =>
  planBy(rollback(to), { spec, facts, by: 'ann@laptop' })

const toSix = [
  'staging on web1',
  '  ~ check release 6: v1.4.1 (cc33dd4)',
  '      deployed 2027-01-15T07:00:00Z by ann@laptop',
  '      the venv stays the same',
  '  ~ switch to release 6',
  '      from release 7',
]
const toFive = [
  'staging on web1',
  '  ~ check release 5: v1.4.0 (aa11bb2)',
  '      deployed 2027-01-15T07:00:00Z by ann@laptop',
  '      its own venv, with Python 3.11.2',
  '  ~ switch to release 5',
  '      from release 7',
]

describe('a rollback', () => {
  it.each<[string, HostFacts, number | undefined, readonly string[]]>([
    ['to the newest release before the current one', state(), undefined, toSix],
    ['to the one that is named', state(), 5, toFive],
    ['to one that was rolled back from, if that is named', state({ left: [6] }), 6, toSix],
    ['to the one that serves: nothing to do', state(), 7, ['staging on web1: nothing to do']],
    [
      'never by itself to one that failed',
      state({ failed: [6] }),
      undefined,
      [...toFive, '  note: release 6 is passed over: it failed behind its switch'],
    ],
    [
      'never by itself to one that was rolled back from',
      state({ left: [6] }),
      undefined,
      [...toFive, '  note: release 6 is passed over: it was rolled back from'],
    ],
    [
      'never by itself to one that was made and has never served',
      state({ unserved: [6] }),
      undefined,
      [...toFive, '  note: release 6 is passed over: it has never served: another host could not be prepared'],
    ],
    ['to one that has never served, if that is named', state({ unserved: [6] }), 6, toSix],
    [
      'never to one without a receipt',
      state({ kept: [five, seven] }),
      undefined,
      [...toFive, '  note: release 6 is passed over: it has no receipt'],
    ],
    [
      'never to one whose venv is gone',
      state({ kept: [five, { receipt: six.receipt }, seven] }),
      undefined,
      [...toFive, '  note: release 6 is passed over: it has lost its venv'],
    ],
  ])('goes %s', (_, facts, to, lines) => {
    expect(described(planOf(facts, to))).toEqual(lines)
  })

  it('runs what comes after the switch, and nothing of what came before', () => {
    const spec = specOf({ beforeSwitch: [stepOf('migrate')], afterSwitch: [stepOf('restart')] })
    expect(described(planOf(state(), undefined, spec))).toEqual([...toSix, '  ~ restart'])
  })

  it('is checked like a deploy, and goes back to what it left', () => {
    const spec = specOf({
      health: [{ kind: 'tcp', title: 'port 8001', host: '127.0.0.1', port: 8001, within: 30, every: 1 }],
    })
    const plan = planOf(state(), undefined, spec)
    expect(described(plan)).toEqual([...toSix, '  ~ check health: port 8001', '      within 30 s'])
    expect(plan.undo?.map(({ title }) => title)).toEqual(['switch back to release 7'])
  })

  it('is a switch like any other, planned for this generation, with the release’s own Python', () => {
    const [check] = planOf(state()).prepare
    const [turn] = planOf(state()).switch
    const to = '/home/ann/apps/blog-staging'
    expect(check).toMatchObject({ python: receipt.python.real, input: { to, number: 6, generation: 7 } })
    expect(turn).toMatchObject({
      action: 'switch',
      switches: true,
      input: {
        to,
        number: 6,
        generation: 7,
        home: '/home/ann/.virtualenvs',
        name: 'blog-staging',
        how: 'rollback',
        by: 'ann@laptop',
      },
    })
  })

  it.each<[string, HostFacts, number | undefined, string]>([
    [
      'where nothing serves',
      factsOf(),
      undefined,
      `staging on web1: nothing serves there, so there is nothing to roll back from
  try: venvoy deploy staging`,
    ],
    [
      'where there is none to go to',
      state({ releases: [5, 6, 7, 8], failed: [6], kept: [six, seven] }),
      undefined,
      `staging on web1: there is no release before 7 to go back to
  release 7 serves
  release 8; it has no receipt
  release 6 is v1.4.1 (cc33dd4); it failed behind its switch
  release 5; it has no receipt
  try: deploy what you want instead: venvoy deploy staging --ref REVISION`,
    ],
    [
      'to one that failed, even if it is named',
      state({ failed: [6], releases: [6, 7] }),
      6,
      `staging on web1: release 6 cannot serve
  release 7 serves
  release 6 is v1.4.1 (cc33dd4); it failed behind its switch
  try: deploy what you want instead: venvoy deploy staging --ref REVISION`,
    ],
    [
      'to one that is not there',
      state({ releases: [7] }),
      3,
      `staging on web1: there is no release 3
  release 7 serves
  try: deploy what you want instead: venvoy deploy staging --ref REVISION`,
    ],
  ])('is refused %s', (_, facts, to, text) => {
    expect(() => planOf(facts, to)).toThrow(expect.objectContaining({ message: text }))
  })
})
