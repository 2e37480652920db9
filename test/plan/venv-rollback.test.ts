import { describe, expect, it } from 'vitest'
import type { BuiltVenv, HostFacts, InstanceFacts } from '../../src/facts/facts.js'
import type { SwitchEntry } from '../../src/facts/journal-entries.js'
import { planBy } from '../../src/plan/procedure.js'
import { describeVenvHistory, venvHistoryColumns } from '../../src/plan/venv-history.js'
import { venvRollback } from '../../tasks/venv-rollback.js'
import { described } from './described.js'
import { factsOf, serving, specOf, stepOf, treeOf, venvReceiptOf } from './given.js'

const tree = treeOf({ 'app.py': '1' })
const [old, older, now] = ['1111111111111111', '1122222222222222', '0123456789abcdef']

const built = (fingerprint: string, version: string, sound = true): BuiltVenv => ({
  path: `/home/ann/.virtualenvs/.venvoy/${fingerprint}/blog-staging`,
  receipt: venvReceiptOf({ fingerprint, installed: [['django', version]], lockfile: 'pylock.toml' }),
  sound,
})
const entry = (to: number, venv: string, how = 'deploy'): SwitchEntry => ({
  ...{ count: to, when: `2027-01-15T07:0${to}:00Z`, how, from: to === 1 ? null : to - 1, to, revision: 'v1' },
  ...{ venv, by: 'ann@laptop' },
})
const switches = [entry(5, older), entry(6, old), entry(7, now)]
const all = [built(older, '5.0'), built(old, '5.1.3'), built(now, '5.1.4')]

const state = (changes: Partial<InstanceFacts> = {}): HostFacts =>
  factsOf(serving(tree, { switches, built: all, ...changes }), { interpreters: [] })
const linked = (changes: Partial<InstanceFacts> = {}): HostFacts =>
  factsOf({
    built: all,
    homeEntry: all[2]!.path,
    turns: [old, now].map((venv, i) => ({ when: `2027-01-1${i}T07:00:00Z`, how: 'create', venv, by: 'bob@desk' })),
    ...changes,
  })

const planOf = (facts: HostFacts, to?: string, spec = specOf()) =>
  planBy(venvRollback(to), { spec, facts, by: 'ann@laptop', run: '20270115-1' })

const checked = (fingerprint: string, change: string) => [
  'staging on web1',
  `  ~ check venv ${fingerprint}: Python 3.11.2, pylock.toml`,
  '      built 2027-01-15T07:00:00Z',
  `      django 5.1.4 → ${change}`,
]
const renewed = (fingerprint: string) => [
  `  ~ make release 8: the files of release 7, with venv ${fingerprint}`,
  '      main (3f2a91c)',
  '  ~ switch to release 8',
  '      from release 7',
]

describe('a rollback of the venv', () => {
  it.each<[string, HostFacts, string | undefined, readonly string[]]>([
    ['to the venv before, with the files that serve', state(), undefined, [...checked(old, '5.1.3'), ...renewed(old)]],
    ['to the one that is named', state(), '112', [...checked(older, '5.0'), ...renewed(older)]],
    [
      'past one that is gone',
      state({ built: [all[0]!, all[2]!] }),
      undefined,
      [...checked(older, '5.0'), ...renewed(older), `  note: venv ${old} is passed over: it was removed`],
    ],
    [
      'past one whose interpreter changed',
      state({ built: [all[0]!, built(old, '5.1.3', false), all[2]!] }),
      undefined,
      [
        ...checked(older, '5.0'),
        ...renewed(older),
        `  note: venv ${old} is passed over: it is no longer as it was built`,
      ],
    ],
    ['to the one that serves: nothing to do', state(), '01', ['staging on web1: nothing to do']],
    [
      'by the link where there is no release',
      linked(),
      undefined,
      [
        ...checked(old, '5.1.3'),
        '  ~ link ~/.virtualenvs/blog-staging',
        `      to ${all[1]!.path}`,
        `      it was ${all[2]!.path}`,
      ],
    ],
  ])('goes %s', (_, facts, to, lines) => {
    expect(described(planOf(facts, to))).toEqual(lines)
  })

  it('takes the newest of a fingerprint that is sound', () => {
    const twice = { ...all[1]!, path: all[1]!.path.replace('/blog', '.1/blog') }
    const [check] = planOf(state({ built: [built(old, '5.1.3', false), twice, all[2]!] })).prepare
    expect(check).toMatchObject({ action: 'check-venv', input: { venv: twice.path } })
  })

  it('is a switch like any other, with what comes after it and what is beyond keep', () => {
    const spec = specOf({ keep: 2, beforeSwitch: [stepOf('migrate')], afterSwitch: [stepOf('restart')] })
    const plan = planOf(state(), undefined, spec)
    expect(described(plan).slice(-3)).toEqual(['  ~ restart', '  - remove 1 release', '      7: beyond keep: 2'])
    const to = '/home/ann/apps/blog-staging'
    expect(plan.prepare[1]).toMatchObject({
      action: 'renew-release',
      input: { to, number: 8, from: 7, venv: all[1]!.path, by: 'ann@laptop', generation: 7 },
    })
    expect(plan.switch[0]).toMatchObject({
      switches: true,
      input: { number: 8, generation: 7, how: 'venv-rollback', by: 'ann@laptop', run: '20270115-1' },
    })
  })

  it('turns the link only where it still is what was planned for, and notes it', () => {
    expect(planOf(linked()).switch[0]).toMatchObject({
      input: { expected: all[2]!.path, noted: { how: 'venv-rollback', by: 'ann@laptop' } },
    })
  })

  it.each<[string, HostFacts, string | undefined, string]>([
    [
      'where there is no venv',
      factsOf(),
      undefined,
      `staging on web1: there is no venv blog-staging of venvoy's
  try: venvoy venv create staging`,
    ],
    [
      'where there was none before',
      state({ switches: [entry(7, now)], built: [all[2]!] }),
      undefined,
      `staging on web1: there is no venv before this one to go back to
  try: deploy the requirements that you want: venvoy deploy staging --ref REVISION`,
    ],
    [
      'where the journal tells of none, and names those that there are',
      state({ switches: [entry(7, now)] }),
      undefined,
      `staging on web1: there is no venv before this one to go back to
  venv ${older} was built 2027-01-15T07:00:00Z
  venv ${old} was built 2027-01-15T07:00:00Z
  try: name one: venvoy venv rollback staging --to ${older}`,
    ],
    [
      'to one that is not there',
      state(),
      'ff',
      `staging on web1: there is no venv ff
  there are:
    ${older}
    ${old}
    ${now}
  try: see what there was: venvoy venv history staging`,
    ],
    [
      'where several begin so',
      state(),
      '11',
      `staging on web1: several venvs begin with 11
    ${older}
    ${old}
  try: write more of the fingerprint`,
    ],
  ])('is refused %s', (_, facts, to, text) => {
    expect(() => planOf(facts, to)).toThrow(expect.objectContaining({ message: text }))
  })
})

describe('the history of venvs', () => {
  const rowsOf = (facts: HostFacts, lines = 20) =>
    describeVenvHistory('staging', 'web1', facts.instances.staging!, lines)

  it('has a value for each column', () => {
    const [row] = rowsOf(state())
    expect(Object.fromEntries(venvHistoryColumns.map((column, i) => [column, row?.[i]]))).toEqual({
      when: '2027-01-15T07:07:00Z',
      instance: 'staging',
      host: 'web1',
      what: 'deploy',
      venv: now,
      state: 'active',
      python: '3.11.2',
      from: 'not locked',
      packages: '1',
      by: 'ann@laptop',
    })
  })

  it('tells of those that are there, that are gone, and that never served, the newest first', () => {
    const never = {
      ...built('ffff', '6.0'),
      receipt: { ...built('ffff', '6.0').receipt, created: '2027-01-15T07:06:30Z' },
    }
    const rows = rowsOf(state({ built: [built(old, '5.1.3', false), all[2]!, never] }))
    expect(rows.map(([, , , what, venv, kept]) => [what, venv, kept])).toEqual([
      ['deploy', now, 'active'],
      ['built', 'ffff', 'there'],
      ['deploy', old, 'not to be used'],
      ['deploy', older, 'removed'],
    ])
    expect(rowsOf(state(), 1).length).toBe(1)
  })

  it('of a venv without releases is that of its link', () => {
    expect(rowsOf(linked()).map(([when, , , what, venv, kept]) => [when?.slice(8, 10), what, venv, kept])).toEqual([
      ['15', 'built', older, 'there'],
      ['11', 'create', now, 'active'],
      ['10', 'create', old, 'there'],
    ])
  })
})
