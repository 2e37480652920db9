import { describe, expect, it } from 'vitest'
import type { Condition } from '../../src/config/condition.js'
import type { InstanceSpec } from '../../src/config/spec.js'
import type { HostFacts } from '../../src/facts/facts.js'
import type { RequirementsFiles } from '../../src/operations/requirements.js'
import { runText, settingsOf } from '../../src/operations/settings.js'
import { stateOf } from '../../src/operations/state.js'
import type { HelperStep, Step } from '../../src/operations/step.js'
import type { Tree } from '../../src/operations/tree.js'
import { wrapperFiles } from '../../src/operations/wrapper.js'
import { isEmpty } from '../../src/plan/plan.js'
import { secret, shell } from '../../src/shell/command.js'
import { described } from './described.js'
import {
  factsOf,
  python311,
  pythonOf,
  requirementsOf,
  serving,
  specOf,
  stepOf,
  treeOf,
  venvOf,
  venvReceiptOf,
  wrapperReceiptOf,
} from './given.js'
import { planDeploy } from './planned.js'

const tree = treeOf({ 'app.py': 'print(1)', 'requirements.txt': 'django==5.1.4\n' })
const older = treeOf({ 'app.py': 'print(0)' }, 'v1.4.1 (aa11bb2)')
const path = '/home/ann/.virtualenvs/.venvoy/0123456789abcdef/blog-staging'

interface Case {
  readonly name: string
  readonly spec?: InstanceSpec
  readonly facts: HostFacts
  readonly tree?: Tree
  readonly requirements?: RequirementsFiles
  readonly lines: readonly string[]
}

const notLocked =
  '  note: requirements.txt: not locked, so another day may bring other versions (venvoy lock pins them)'
const sendFiles = ['  + send files of main (3f2a91c)', '      2 files, 22 bytes; only what the host lacks is sent']

const cases: Case[] = [
  {
    name: 'the first deploy builds, makes a release and switches',
    facts: factsOf(),
    lines: [
      'staging on web1',
      ...sendFiles,
      '  + build venv blog-staging (Python 3.11.2)',
      '      Python 3.11.2: /usr/bin/python3.11',
      '      installs requirements.txt (1 line)',
      '      the first one',
      '  + make release 1: main (3f2a91c)',
      '      the first one',
      '      2 files in ~/apps/blog-staging',
      '  ~ switch to release 1',
      '      nothing serves yet',
      notLocked,
    ],
  },
  {
    name: 'a second deploy of the same has nothing to do, without any interpreter',
    facts: factsOf(serving(tree), { interpreters: [] }),
    lines: ['staging on web1: nothing to do'],
  },
  {
    name: 'a lost link of workon is put back',
    facts: factsOf(serving(tree, { homeEntry: '/home/ann/apps/old/current/venv' }), { interpreters: [] }),
    lines: [
      'staging on web1',
      '  ~ link ~/.virtualenvs/blog-staging',
      '      to /home/ann/apps/blog-staging/current/venv',
      '      it was /home/ann/apps/old/current/venv',
    ],
  },
  {
    name: 'other files are a release with the same venv',
    facts: factsOf(serving(older), { interpreters: [] }),
    lines: [
      'staging on web1',
      ...sendFiles,
      '  + make release 8: main (3f2a91c)',
      '      release 7 is v1.4.1 (aa11bb2)',
      '      2 files in ~/apps/blog-staging',
      '  ~ switch to release 8',
      '      from release 7',
    ],
  },
  {
    name: 'other requirements are another venv, and a release that has it',
    facts: factsOf(serving(tree)),
    requirements: requirementsOf('django==5.2\ngunicorn\n'),
    lines: [
      'staging on web1',
      ...sendFiles,
      '  + build venv blog-staging (Python 3.11.2)',
      '      Python 3.11.2: /usr/bin/python3.11',
      '      installs requirements.txt (2 lines)',
      '      because the requirements or options changed',
      '  + make release 8: main (3f2a91c)',
      '      the same files as release 7, with another venv',
      '      2 files in ~/apps/blog-staging',
      '  ~ switch to release 8',
      '      from release 7',
      notLocked,
    ],
  },
  {
    name: 'hooks run around the switch, the secret ones by name, `once` ones on the first host only',
    spec: specOf({
      first: false,
      beforeSwitch: [stepOf('python manage.py migrate', { once: true }), stepOf('python manage.py check')],
      afterSwitch: [stepOf('tell', { command: shell('curl -H ', { word: secret('TOKEN', 'hunter2') }) })],
    }),
    facts: factsOf(serving(older)),
    lines: [
      'staging on web1',
      ...sendFiles,
      '  + make release 8: main (3f2a91c)',
      '      release 7 is v1.4.1 (aa11bb2)',
      '      2 files in ~/apps/blog-staging',
      '  ~ python manage.py check',
      '  ~ switch to release 8',
      '      from release 7',
      '  ~ tell',
      '      curl -H [TOKEN]',
    ],
  },
  {
    name: 'a Python without ensurepip is said, not refused',
    spec: specOf({ venv: venvOf({ packages: ['gunicorn==23.0'], systemSitePackages: true }) }),
    facts: factsOf({}, { interpreters: [{ ...python311, hasEnsurepip: false }] }),
    lines: [
      'staging on web1',
      ...sendFiles,
      '  + build venv blog-staging (Python 3.11.2)',
      '      Python 3.11.2: /usr/bin/python3.11',
      '      installs requirements.txt (1 line), gunicorn==23.0',
      "      sees the system's packages",
      '      the first one',
      '  + make release 1: main (3f2a91c)',
      '      the first one',
      '      2 files in ~/apps/blog-staging',
      '  ~ switch to release 1',
      '      nothing serves yet',
      '  note: Python 3.11.2 (/usr/bin/python3.11) lacks ensurepip, so pip must come from elsewhere; ' +
        'on Debian and Ubuntu: sudo apt-get install python3.11-venv',
      notLocked,
    ],
  },
]

describe('a plan to deploy', () => {
  it.each(cases)('$name', ({ spec = specOf(), facts, requirements = requirementsOf(), lines }) => {
    expect(described(planDeploy(spec, facts, tree, requirements, 'ann@laptop'))).toEqual(lines)
  })

  it('has the hooks whose conditions hold on the host, and says which are left out', () => {
    const when = (text: string, value: string): Condition => {
      const [left, right]: Condition[] = [
        { kind: 'fact', fact: 'system' },
        { kind: 'value', value },
      ]
      return { kind: 'written', text, of: { kind: 'compare', how: '==', left: left!, right: right! } }
    }
    const linux = when('facts.system == "linux"', 'linux')
    const other = when('facts.system == "darwin"', 'darwin')
    const spec = specOf({
      first: false,
      beforeSwitch: [stepOf('migrate', { when: other }), stepOf('once', { when: other, once: true })],
      afterSwitch: [stepOf('tell', { when: linux }), stepOf('say', { when: other })],
    })
    const { prepare, switch: later, leftOut } = planDeploy(spec, factsOf(), tree, requirementsOf(), 'ann@laptop')
    const own = [...prepare, ...later].filter(({ kind, quiet }) => kind === 'run' && !quiet)
    expect(own.map((step) => [step.title, 'when' in step])).toEqual([['tell', false]])
    expect(leftOut).toEqual([
      { title: 'migrate', when: 'facts.system == "darwin"' },
      { title: 'say', when: 'facts.system == "darwin"' },
    ])
  })

  it('says why the venv is built anew', () => {
    const receipt = venvReceiptOf()
    const old = { path, receipt, sound: false }
    const reasons: [string, HostFacts, InstanceSpec?][] = [
      ['because its interpreter was replaced', factsOf(serving(tree, { served: old }))],
      [
        'because Python 3.11.2 becomes 3.11.7',
        factsOf(serving(tree, { served: old }), { interpreters: [pythonOf('3.11.7')] }),
      ],
      [
        'because the interpreter was /usr/bin/python3.11',
        factsOf(serving(tree, { served: old }), { interpreters: [pythonOf('3.11.2')] }),
      ],
      ['because the venv that serves lost its receipt', factsOf({ ...serving(tree), served: undefined } as object)],
      [`because it was ${path}`, factsOf(serving(tree)), specOf({ venv: venvOf({ name: 'blog-two' }) })],
    ]
    for (const [reason, facts, spec = specOf()] of reasons) {
      const plan = planDeploy(spec, facts, tree, requirementsOf(), 'ann@laptop')
      expect(helperStep(plan.prepare, 'venv').lines.at(-1)).toBe(reason)
    }
  })

  it('puts the venv beside one whose interpreter was replaced', () => {
    const first = planDeploy(specOf(), factsOf(), tree, requirementsOf(), 'ann@laptop')
    const built = (folder: string) => ({
      path: `/home/ann/.virtualenvs/.venvoy/${folder}/blog-staging`,
      receipt: venvReceiptOf(),
      sound: false,
    })
    const name = String(helperStep(first.prepare, 'venv').input.fingerprint)
    const facts = factsOf({ built: [built(name), built(`${name}.1`), built(`${name}.3`)] })
    const again = planDeploy(specOf(), facts, tree, requirementsOf(), 'ann@laptop')
    expect(helperStep(again.prepare, 'release').input.venv).toBe(built(`${name}.2`).path)
  })

  it('takes a whole venv that was built before, whatever serves now', () => {
    const other = venvReceiptOf({ inputs: 'other', fingerprint: 'ffffffffffffffff' })
    const state = serving(tree, {
      served: { path: '/home/ann/.virtualenvs/.venvoy/ffffffffffffffff/blog-staging', receipt: other, sound: true },
      built: [{ path, receipt: venvReceiptOf(), sound: true, wrapper: wrapperReceiptOf() }],
    })
    const plan = planDeploy(specOf(), factsOf(state, { interpreters: [] }), tree, requirementsOf(), 'ann@laptop')
    expect(plan.prepare.map((step) => step.title)).toEqual([
      'send files of main (3f2a91c)',
      'make release 8: main (3f2a91c)',
    ])
    expect(helperStep(plan.prepare, 'release')).toMatchObject({ python: '/usr/bin/python3.11', input: { venv: path } })
  })

  it('gives the helper all that it needs', () => {
    const spec = specOf({
      venv: venvOf({ index: 'https://ann:pw@index.example.com', postInstall: [shell('make docs')] }),
    })
    const requirements = { ...requirementsOf('.\n'), needsTree: true }
    const plan = planDeploy(
      spec,
      factsOf({ generation: 4, releases: [2, 9], whole: [2, 9] }),
      tree,
      requirements,
      'ann@laptop',
    )
    const cached = {
      cache: '~/.cache/venvoy/files',
      entries: tree.entries.map(({ kind: _, ...entry }) => entry),
    }
    const { fingerprint, inputs, ...venv } = helperStep(plan.prepare, 'venv').input
    expect([fingerprint, inputs]).toEqual([
      expect.stringMatching(/^[0-9a-f]{16}$/),
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ])
    expect(venv).toEqual({
      home: '/home/ann/.virtualenvs',
      name: 'blog-staging',
      python: { path: python311.path, real: python311.real, version: '3.11.2', stamp: python311.stamp },
      with: 'venv',
      systemSitePackages: false,
      files: { 'requirements.txt': '.\n' },
      tree: cached,
      arguments: ['-r', 'requirements.txt'],
      index: 'https://ann:pw@index.example.com',
      postInstall: ['make docs'],
      wrapper: wrapperFiles(spec, stateOf(spec, factsOf()), true),
    })
    const venvPath = `/home/ann/.virtualenvs/.venvoy/${fingerprint}/blog-staging`
    expect(helperStep(plan.prepare, 'release').input).toEqual({
      to: '/home/ann/apps/blog-staging',
      number: 10,
      tree: { cache: cached.cache, digest: tree.digest },
      venv: venvPath,
      receipt: {
        v: 1,
        number: 10,
        revision: 'main (3f2a91c)',
        digest: tree.digest,
        venv: venvPath,
        fingerprint,
        by: 'ann@laptop',
      },
      env: {},
      texts: settingsOf(spec, factsOf(), tree).texts,
      units: '{"v":1,"services":[]}',
      settings: '{"v":1,"services":{}}',
      run: runText('/home/ann/apps/blog-staging'),
      generation: 4,
    })
    expect(plan.switch.filter(({ quiet }) => !quiet)).toEqual([
      {
        kind: 'helper',
        title: 'switch to release 10',
        lines: ['nothing serves yet'],
        python: python311.path,
        action: 'switch',
        input: {
          to: '/home/ann/apps/blog-staging',
          number: 10,
          generation: 4,
          home: '/home/ann/.virtualenvs',
          name: 'blog-staging',
          how: 'deploy',
          by: 'ann@laptop',
        },
        switches: true,
      },
    ])
  })

  it('never shows a password of an address', () => {
    const packages = ['flask @ https://ann:hunter2@files.example.com/flask.whl']
    const spec = specOf({ venv: venvOf({ index: 'https://ann:hunter2@index.example.com', packages }) })
    const plan = planDeploy(spec, factsOf(), tree, requirementsOf(), 'ann@laptop')
    expect(described(plan).join('\n')).not.toContain('hunter2')
    expect(isEmpty(plan)).toBe(false)
  })
})

describe('a deploy that cannot be', () => {
  it.each([
    {
      name: 'for want of an interpreter',
      facts: factsOf({}, { interpreters: [pythonOf('3.9.18'), pythonOf('2.7.18')] }),
      text: `staging on web1: there is no Python 3.11 on this host
  found:
    3.9.18  /opt/python/3.9.18/bin/python3.9
    2.7.18  /opt/python/2.7.18/bin/python2.7
  try: set venv.python to one of these, or install it: sudo apt-get install python3.11 python3.11-venv`,
    },
    {
      name: 'for want of any Python',
      facts: factsOf({}, { interpreters: [] }),
      text: `staging on web1: there is no Python 3.11 on this host
  no Python at all was found
  try: install it: sudo apt-get install python3.11 python3.11-venv`,
    },
    {
      name: 'because current is somebody else’s',
      facts: factsOf({ currentProblem: 'is a folder, not a link' }),
      text: `staging on web1: ~/apps/blog-staging/current is not a link to a release
  it is a folder, not a link
  try: see what it is, and move it away: mv ~/apps/blog-staging/current ~/apps/blog-staging/current.before-venvoy`,
    },
    {
      name: 'because the name in WORKON_HOME is somebody else’s',
      facts: factsOf({ homeEntry: 'directory' }),
      text: `staging on web1: ~/.virtualenvs/blog-staging exists and is not venvoy's
  it is a folder
  try: give this venv another name (venv.name), or move that one away: mv ~/.virtualenvs/blog-staging ~/.virtualenvs/blog-staging.before-venvoy`,
    },
  ])('is refused $name', ({ facts, text }) => {
    expect(() => planDeploy(specOf(), facts, tree, requirementsOf(), 'ann@laptop')).toThrow(
      expect.objectContaining({ message: text }),
    )
  })
})

function helperStep(steps: readonly Step[], action: string): HelperStep {
  const found = steps.find((step): step is HelperStep => step.kind === 'helper' && step.action === action)
  if (found === undefined) throw new Error(`no step ${action}`)
  return found
}
