import { describe, expect, it } from 'vitest'
import type { HostFacts, VenvReceipt } from '../../src/facts/facts.js'
import type { LockedPackage } from '../../src/lock/lock.js'
import type { RequirementsFiles } from '../../src/operations/requirements.js'
import { packagesToSend } from '../../src/operations/venv.js'
import type { Wheels } from '../../src/operations/wheels.js'
import { planRemoveVenv, planVenv } from '../../src/plan/venv.js'
import { described } from './described.js'
import {
  factsOf,
  python311,
  pythonOf,
  requirementsOf,
  serving,
  specOf,
  treeOf,
  venvOf,
  venvReceiptOf,
} from './given.js'

const tree = treeOf({ 'setup.py': '1' })
const path = '/home/ann/.virtualenvs/.venvoy/0123456789abcdef/blog-staging'
const built = [{ path, receipt: venvReceiptOf(), sound: true }]

it('builds a venv from the tree where requirements refer to it, and links it', () => {
  const requirements = { ...requirementsOf('.'), needsTree: true }
  const plan = planVenv(specOf(), factsOf(), requirements, tree)
  const made = String(plan.switch[0]?.lines[0]).replace(/[0-9a-f]{16}/, 'FINGERPRINT')
  expect([...described({ ...plan, switch: [] }), made]).toEqual([
    'staging on web1',
    '  + send files of main (3f2a91c)',
    '      1 file, 1 byte; only what the host lacks is sent',
    '  + build venv blog-staging (Python 3.11.2)',
    '      Python 3.11.2: /usr/bin/python3.11',
    '      installs requirements.txt (1 line)',
    '      the first one',
    '  note: requirements.txt: not locked, so another day may bring other versions (venvoy lock pins them)',
    'to /home/ann/.virtualenvs/.venvoy/FINGERPRINT/blog-staging',
  ])
})

it('tells the helper and the reader what makes a venv, and what installs into it', () => {
  const uv = { path: '/usr/bin/uv', version: '0.13.9' }
  const spec = specOf({ venv: venvOf({ with: 'uv', installer: { name: 'uv' } }) })
  const [step] = planVenv(spec, factsOf({}, { uvs: [uv] }), requirementsOf('flask')).prepare
  expect(step).toMatchObject({ kind: 'helper', input: { with: 'uv', installer: { name: 'uv' }, uv } })
  expect(step?.lines.slice(-2)).toEqual(['made and installed by uv 0.13.9 (/usr/bin/uv)', 'the first one'])
  const facts = factsOf({}, { interpreters: [pythonOf('2.7.18')] })
  const old = specOf({ venv: venvOf({ python: '2.7', installer: { name: 'uv' } }) })
  expect(() => planVenv(old, facts, requirementsOf('flask'))).toThrow('uv does not work with Python 2.7.18')
})

it('leaves the link of an instance that serves to the next deploy', () => {
  const plan = planVenv(specOf(), factsOf(serving(tree)), requirementsOf('flask'))
  expect(described(plan)).toEqual([
    'staging on web1',
    '  + build venv blog-staging (Python 3.11.2)',
    '      Python 3.11.2: /usr/bin/python3.11',
    '      installs requirements.txt (1 line)',
    '      because the requirements or options changed',
    '  note: requirements.txt: not locked, so another day may bring other versions (venvoy lock pins them)',
    '  note: the current release keeps its venv until the next deploy',
  ])
})

it.each<[string, HostFacts, string[]]>([
  ['nothing', factsOf(), ['staging on web1: nothing to do']],
  [
    'a venv and its link',
    factsOf({ homeEntry: path, built }),
    ['staging on web1', '  - remove venv blog-staging', '      ~/.virtualenvs/blog-staging', `      ${path}`],
  ],
])('removes %s', (_, facts, lines) => {
  expect(described(planRemoveVenv(specOf(), facts))).toEqual(lines)
})

it.each<[string, HostFacts, string]>([
  [
    'that an instance serves from',
    factsOf(serving(tree)),
    `staging on web1: venv blog-staging is in use
  release 7 (main (3f2a91c)) serves from it
  try: give the instance another venv first: change venv.name, deploy, and remove this one then`,
  ],
  [
    'that is not ours',
    factsOf({ homeEntry: '/srv/theirs' }),
    `staging on web1: ~/.virtualenvs/blog-staging exists and is not venvoy's
  it is a link to /srv/theirs
  try: give this venv another name (venv.name), or move that one away: mv ~/.virtualenvs/blog-staging ~/.virtualenvs/blog-staging.before-venvoy`,
  ],
  [
    'without any Python',
    factsOf({ homeEntry: path }, { interpreters: [] }),
    `staging on web1: no Python was found that could remove venvs
  try: sudo apt-get install python3`,
  ],
])('does not remove a venv %s', (_, facts, message) => {
  expect(() => planRemoveVenv(specOf(), facts)).toThrow(expect.objectContaining({ message }))
})

describe('a venv from a lockfile', () => {
  const locked = (name: string, version: string, more: Partial<LockedPackage> = {}): LockedPackage => ({
    name,
    version,
    hashes: ['a'.repeat(64)],
    artifacts: [],
    ...more,
  })
  const lockedBy = (...packages: LockedPackage[]): RequirementsFiles => ({
    files: {},
    arguments: [],
    needsTree: false,
    lockfile: { path: 'pylock.toml', format: 'pylock', packages },
  })
  const facts = (installed: VenvReceipt['installed']) => {
    const served = {
      path: '/elsewhere/blog-staging',
      receipt: venvReceiptOf({ installed, inputs: 'others' }),
      sound: true,
    }
    return factsOf(serving(tree, { served, venv: served.receipt }))
  }
  const linesOf = (facts: HostFacts, requirements: RequirementsFiles) =>
    planVenv(specOf(), facts, requirements).prepare[0]!.lines.slice(1, -1)

  it('is refused where a package would have to be built, if the file wants that', () => {
    const artifacts = [{ kind: 'sdist', filename: 'six-1.16.0.tar.gz', digest: 'a'.repeat(64) }] as const
    const requirements = lockedBy(locked('six', '1.16.0', { artifacts }))
    const refusing = specOf({ venv: venvOf({ sdist: 'refuse' }) })
    expect(() => planVenv(refusing, factsOf(), requirements)).toThrow(
      expect.objectContaining({
        message: `staging on web1: pylock.toml has no wheel of six for this host, and venv.sdist is refuse
  it would be built there, by what the index has that day
  try: lock a version that has one; or build a wheel, publish it, and lock that; or say sdist: build`,
      }),
    )
    const { notes } = planVenv(specOf({ venv: venvOf({ sdist: 'build' }) }), factsOf(), requirements)
    expect(notes).toEqual(['six has no wheel: it is built on the host, and what it is built with is not locked'])
    const wheel = [{ ...artifacts[0], kind: 'wheel', filename: 'six-1.16.0-py3-none-any.whl' }] as const
    expect(planVenv(refusing, factsOf(), lockedBy(locked('six', '1.16.0', { artifacts: wheel }))).notes).toEqual([])
  })

  it('shows what changes against the one that serves', () => {
    const requirements = lockedBy(
      locked('django', '5.1.5'),
      locked('pillow', '11.0.0'),
      locked('tomli', '2.0', { marker: 'python_version < "3.11"' }),
      locked('wheel', '0.45'),
    )
    const before = facts([
      ['django', '5.1.4'],
      ['pip', '24.0'],
      ['setuptools', '70'],
      ['six', '1.17.0'],
      ['wheel', '0.44'],
    ])
    expect(linesOf(before, requirements)).toEqual([
      'installs pylock.toml (3 packages)',
      'django 5.1.4 → 5.1.5',
      '+ pillow 11.0.0',
      '- six 1.17.0',
      'wheel 0.44 → 0.45',
    ])
    expect(linesOf(factsOf(), requirements)).toEqual(['installs pylock.toml (3 packages)'])
  })

  it('has its wheels sent where the host is to need no index, unless its packages are there', () => {
    const requirements = lockedBy(locked('django', '5.1.5', { origin: { kind: 'url', url: 'https://example.com/x' } }))
    const spec = specOf({ venv: venvOf({ wheels: 'ship' }) })
    const needed = packagesToSend(spec, factsOf(), { requirements })
    expect(needed?.packages.map(({ name }) => name)).toEqual(['django'])
    expect(packagesToSend(specOf(), factsOf(), { requirements })).toBe(undefined)
    const wheels: Wheels = {
      packages: [{ name: 'django', version: '5.1.5', hashes: ['b'.repeat(64)], artifacts: [] }],
      tree: treeOf({ 'wheels/django-5.1.5-py3-none-any.whl': 'django', 'pip/pip-24.0-py3-none-any.whl': 'pip' }),
    }
    const bare = factsOf({}, { interpreters: [{ ...python311, hasEnsurepip: false }] })
    const { prepare, notes } = planVenv(spec, bare, { ...requirements, wheels })
    expect([prepare.map(({ title }) => title), notes]).toEqual([
      ['send wheels of pylock.toml', 'build venv blog-staging (Python 3.11.2)'],
      [],
    ])
    const input = prepare[1]!.kind === 'helper' ? prepare[1]!.input : undefined
    expect(input).toMatchObject({ offline: true, locked: { packages: [['django', '5.1.5', ['b'.repeat(64)]]] } })
    const { fingerprint } = input as { fingerprint: string }
    const there = factsOf({ bases: [`/home/ann/.virtualenvs/.venvoy/base-${fingerprint}`] })
    expect(packagesToSend(spec, there, { requirements })).toBe(undefined)
    expect(planVenv(spec, there, requirements).prepare.map(({ kind }) => kind)).toEqual(['helper'])
  })

  it('counts changes where there are too many', () => {
    const many = Array.from({ length: 40 }, (_, i) => locked(`p${10 + i}`, '1'))
    const lines = linesOf(facts([]), lockedBy(...many))
    expect(lines).toHaveLength(32)
    expect(lines.slice(-2)).toEqual(['+ p39 1', 'and 10 more'])
  })

  it.each([
    [{ kind: 'folder', path: 'libs/own' } as const, '  it is a folder: libs/own'],
    [
      { kind: 'vcs', url: 'git+https://example.com/own.git', commit: '1' } as const,
      '  it comes from git+https://example.com/own.git',
    ],
  ])('refuses what no hash vouches for: %j', (origin, why) => {
    expect(() => planVenv(specOf(), factsOf(), lockedBy(locked('own', '1', { origin })))).toThrow(
      `pylock.toml: no hash vouches for own\n${why}\n  try: build a wheel of it, and publish or name that: pip wheel --no-deps`,
    )
  })
})
