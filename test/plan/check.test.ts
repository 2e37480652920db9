import { expect, it } from 'vitest'
import type { InstanceSpec } from '../../src/config/spec.js'
import type { HostFacts } from '../../src/facts/facts.js'
import { checkQuestion, diagnoseHost } from '../../src/plan/check.js'
import { type Secret, secret } from '../../src/shell/command.js'
import { emptyContext } from '../../src/shell/context.js'
import { factsOf, python311, pythonOf, specOf, stepOf, venvOf } from './given.js'

const loggedIn = 'ok: logged in as ann: Linux x86_64, /bin/bash'
const place = 'ok: staging: ~/apps/blog-staging can be deployed to'
const python = 'ok: Python 3.11: 3.11.2 (/usr/bin/python3.11)'
const asRoot = specOf({
  afterSwitch: [stepOf('systemctl reload nginx', { context: { ...emptyContext, user: 'root' } })],
})

const lines = (
  facts: HostFacts,
  specs: InstanceSpec[],
  { users = Object.keys(facts.sudo ?? {}), password }: { users?: readonly string[]; password?: Secret } = {},
) =>
  diagnoseHost(facts, specs, { users, password }).flatMap(({ level, text, lines = [], next }) => [
    `${level}: ${text}`,
    ...lines.map((line) => `  ${line}`),
    ...(next === undefined ? [] : [`  try: ${next}`]),
  ])

it.each<[string, HostFacts, InstanceSpec[], string[]]>([
  ['nothing', factsOf(), [specOf()], [loggedIn, python, place]],
  [
    'a missing interpreter',
    factsOf({}, { interpreters: [pythonOf('3.9.18')] }),
    [specOf()],
    [
      loggedIn,
      'problem: there is no Python 3.11 on this host',
      '  found:',
      '    3.9.18  /opt/python/3.9.18/bin/python3.9',
      '  try: set venv.python to one of these, or install it: sudo apt-get install python3.11 python3.11-venv',
      place,
    ],
  ],
  [
    'a missing ensurepip',
    factsOf({}, { interpreters: [{ ...python311, hasEnsurepip: false }] }),
    [specOf()],
    [
      loggedIn,
      'warning: Python 3.11: 3.11.2 (/usr/bin/python3.11) lacks ensurepip; pip must come from elsewhere',
      '  try: sudo apt-get install python3.11-venv',
      place,
    ],
  ],
  [
    'a missing module venv',
    factsOf({}, { interpreters: [{ ...python311, hasVenv: false }] }),
    [specOf()],
    [
      loggedIn,
      'problem: Python 3.11: 3.11.2 (/usr/bin/python3.11) lacks the module venv',
      '  try: sudo apt-get install python3.11-venv',
      place,
    ],
  ],
  [
    'a missing virtualenv',
    factsOf(),
    [specOf({ venv: venvOf({ with: 'virtualenv' }) })],
    [
      loggedIn,
      'warning: Python 3.11: 3.11.2 (/usr/bin/python3.11), but no virtualenv on PATH',
      '  try: sudo apt-get install virtualenv',
      place,
    ],
  ],
  [
    'the uv that is there, and no need of ensurepip then',
    factsOf(
      {},
      { uvs: [{ path: '/usr/bin/uv', version: '0.13.9' }], interpreters: [{ ...python311, hasEnsurepip: false }] },
    ),
    [specOf({ venv: venvOf({ installer: { name: 'uv' } }) })],
    [loggedIn, python, 'ok: uv 0.13.9 (/usr/bin/uv)', place],
  ],
  [
    'that uv must be fetched, and what uv cannot do',
    factsOf({}, { interpreters: [python311, pythonOf('2.7.18')] }),
    [
      specOf({ venv: venvOf({ with: 'uv', installer: { name: 'uv', version: '0.9.5' } }) }),
      specOf({ venv: venvOf({ python: '2.7', installer: { name: 'uv', version: '0.9.5' } }) }),
    ],
    [
      loggedIn,
      python,
      'problem: uv does not work with Python 2.7.18',
      '  /opt/python/2.7.18/bin/python2.7; it needs 3.6 or newer',
      '  try: set `installer: pip` and `with: virtualenv` under venv:',
      'warning: no uv 0.9.5: a deploy fetches it from the package index',
      '  try: pip install --user uv, on the host',
      place,
      place,
    ],
  ],
  [
    'a disk that is nearly full',
    factsOf({}, { free: { '/home/ann': 5e8, '/srv': 1e8, '/var': 2e10 } }),
    [specOf()],
    [
      loggedIn,
      python,
      place,
      'warning: 0.5 GB free for /home/ann',
      '  try: df -h /home/ann',
      'problem: 0.1 GB free for /srv',
      '  try: df -h /srv',
      'ok: 20.0 GB free for /var',
    ],
  ],
  [
    'folders that are not ours',
    factsOf({ unwritable: ['to'], homeEntry: 'directory' }),
    [specOf()],
    [
      loggedIn,
      python,
      'problem: staging: ~/apps/blog-staging can be neither made nor written to',
      '  try: sudo install -d -o ann ~/apps/blog-staging',
      "problem: ~/.virtualenvs/blog-staging exists and is not venvoy's",
      '  it is a folder',
      '  try: give this venv another name (venv.name), or move that one away: mv ~/.virtualenvs/blog-staging ~/.virtualenvs/blog-staging.before-venvoy',
    ],
  ],
  [
    'sudo that asks for a password',
    factsOf({}, { sudo: { root: true, www: false, db: false }, programs: { sudo: '/usr/bin/sudo' } }),
    [asRoot],
    [
      loggedIn,
      python,
      place,
      'ok: sudo to root works without a password',
      'warning: sudo to www, db asks ann for a password',
      '  try: `sudo_password: !secret NAME` in deploy.yml, or a terminal to be asked at',
    ],
  ],
  [
    'that there is no sudo',
    factsOf({}, { sudo: { root: false } }),
    [asRoot],
    [
      loggedIn,
      python,
      place,
      'problem: commands want to be root, and there is no sudo on PATH',
      '  try: apt-get install sudo, as root',
    ],
  ],
])('a check finds %s', (_, facts, specs, expected) => {
  expect(lines(facts, specs)).toEqual(expected)
})

it('asks about each place once, and about sudo only where it is wanted', () => {
  const question = checkQuestion([specOf(), specOf({ name: 'two' })])
  expect([question.free, question.sudo, question.instances.length]).toEqual([
    ['~/apps/blog-staging', '~/.virtualenvs'],
    [],
    2,
  ])
  expect(checkQuestion([asRoot], ['www', 'root']).sudo).toEqual(['root', 'www'])
})

it.each([
  ['word', ['ok: sudo to root asks ann for a password, which SUDO is to hold']],
  ['', ['warning: sudo to root asks ann for a password, and SUDO is not set', '  try: SUDO=… venvoy …']],
])('says where the password for sudo comes from: %j', (value, expected) => {
  const facts = factsOf({}, { sudo: { root: false }, programs: { sudo: '/usr/bin/sudo' } })
  expect(lines(facts, [], { password: secret('SUDO', value) }).slice(1)).toEqual(expected)
})

it('asks for what conditions want, and does not want sudo for what is left out', () => {
  const when = { kind: 'not', of: { kind: 'fact', fact: 'isRoot' } } as const
  const spec = { ...asRoot, afterSwitch: asRoot.afterSwitch.map((step) => ({ ...step, when })) }
  expect(checkQuestion([spec, spec]).facts).toEqual(['isRoot'])
  const root = factsOf({}, { sudo: { root: false }, programs: { sudo: '/usr/bin/sudo' } })
  const asking = [
    'warning: sudo to root asks ann for a password',
    '  try: `sudo_password: !secret NAME` in deploy.yml, or a terminal to be asked at',
  ]
  expect(lines(root, [spec], { users: [] }).slice(-2)).toEqual(asking)
  const isRoot = { ...root, system: { ...root.system, uid: 0 } }
  expect(lines(isRoot, [spec], { users: [] }).slice(-2)).not.toEqual(asking)
})
