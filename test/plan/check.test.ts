import { expect, it } from 'vitest'
import type { InstanceSpec } from '../../src/config/spec.js'
import type { HostFacts } from '../../src/facts/facts.js'
import { checkQuestion, diagnoseHost } from '../../src/plan/check.js'
import { emptyContext } from '../../src/shell/context.js'
import { factsOf, python311, pythonOf, specOf, stepOf, venvOf } from './given.js'

const loggedIn = 'ok: logged in as ann: Linux x86_64, /bin/bash'
const place = 'ok: staging: ~/apps/blog-staging can be deployed to'
const python = 'ok: Python 3.11: 3.11.2 (/usr/bin/python3.11)'
const asRoot = specOf({
  afterSwitch: [stepOf('systemctl reload nginx', { context: { ...emptyContext, user: 'root' } })],
})

const lines = (facts: HostFacts, specs: InstanceSpec[]) =>
  diagnoseHost(facts, specs).flatMap(({ level, text, lines = [], next }) => [
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
    factsOf(),
    [asRoot],
    [
      loggedIn,
      python,
      place,
      'problem: commands want another user, and sudo asks for a password',
      '  try: let ann use sudo without a password (sudo visudo), or leave `user` and `sudo` out',
    ],
  ],
  [
    'sudo that works',
    factsOf({}, { sudo: true }),
    [asRoot],
    [loggedIn, python, place, 'ok: sudo works without a password'],
  ],
])('a check finds %s', (_, facts, specs, expected) => {
  expect(lines(facts, specs)).toEqual(expected)
})

it('asks about each place once, and about sudo only where it is wanted', () => {
  const question = checkQuestion([specOf(), specOf({ name: 'two' })])
  expect([question.free, question.sudo, question.instances.length]).toEqual([
    ['~/apps/blog-staging', '~/.virtualenvs'],
    false,
    2,
  ])
  expect(checkQuestion([asRoot]).sudo).toBe(true)
})

it('asks for what conditions want, and does not want sudo for what is left out', () => {
  const when = { kind: 'not', of: { kind: 'fact', fact: 'isRoot' } } as const
  const spec = { ...asRoot, afterSwitch: asRoot.afterSwitch.map((step) => ({ ...step, when })) }
  expect(checkQuestion([spec, spec]).facts).toEqual(['isRoot'])
  const root = factsOf()
  expect(lines({ ...root, system: { ...root.system, uid: 0 } }, [spec])).not.toContain(
    'problem: commands want another user, and sudo asks for a password',
  )
  expect(lines(root, [spec])).toContain('problem: commands want another user, and sudo asks for a password')
})
