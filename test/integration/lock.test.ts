import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { VenvReceipt } from '../../src/facts/facts.js'
import { readLockfile } from '../../src/lock/read.js'
import { buildWheel, type PackageIndex, startPackageIndex, type WheelSpec } from '../../src/testing/index.js'
import { anyPython3, describePython, findInterpreters } from '../remote/support/interpreters.js'
import { startHost, type TestHost } from '../support/hosts.js'
import { type Desk, openDesk } from '../support/project.js'

const wheel = (name: string, version: string, requires: readonly string[] = []): WheelSpec => ({
  name,
  version,
  modules: { [`${name}.py`]: `__version__ = "${version}"\n` },
  requires,
})

const newer = anyPython3()
const minorOf = (path: string) => describePython(path).version.split('.').slice(0, 2).join('.')
/** Another minor version, older, where this machine has one. */
const older = findInterpreters().find(
  (path) => /^3\.(7|8|9|10)$/.test(minorOf(path)) && minorOf(path) !== minorOf(newer),
)
const bound = minorOf(newer)

const wheels = [
  wheel('web', '1.0', ['wire>=1', `backport; python_version < "${bound}"`]),
  wheel('web', '1.1', ['wire>=1', `backport; python_version < "${bound}"`]),
  wheel('wire', '1.0'),
  wheel('wire', '1.5'),
  wheel('backport', '0.3'),
  wheel('gunicorn', '23.0'),
]
const hashOf = (name: string, version: string) =>
  createHash('sha256')
    .update(buildWheel(wheels.find((each) => each.name === name && each.version === version)!))
    .digest('hex')

let desk: Desk
let index: PackageIndex
let hosts: TestHost[]
beforeAll(async () => {
  desk = openDesk()
  index = await startPackageIndex(wheels)
  hosts = [await startHost('sshd', { login: 'dash' }), await startHost('sshd')]
  desk.write('app/requirements.in', '# what it needs\nweb==1.0\nwire<1.5\n')
  desk.write('app/hello.py', 'import web; print(web.__version__)\n')
  writeConfig({ requirements: 'requirements.in' })
})
afterAll(async () => {
  desk.remove()
  await Promise.all([...hosts.map((host) => host.stop()), index.stop()])
})

const known: Record<string, unknown>[] = []
function writeConfig(venv: object, python = newer): void {
  if (known.length === 0) known.push(...hosts.map((host) => desk.know(host)))
  desk.write('deploy.yml', {
    project: 'p',
    source: 'app',
    hosts: { web1: known[0], web2: known[1] },
    venv: { index: index.url.replace('://', '://ann:secret@'), ...venv },
    instances: {
      main: { hosts: ['web1'], venv: { python: newer } },
      other: { hosts: ['web2'], venv: { python, lockfile: 'pylock.toml' } },
    },
  })
}

const lockfile = () => readFileSync(join(desk.project, 'app/pylock.toml'), 'utf8')
const locked = () =>
  readLockfile({ path: 'pylock.toml', text: lockfile(), extras: [] }).packages.map(({ name, version, marker }) =>
    [name, version, ...(marker === undefined ? [] : [marker])].join(' '),
  )
const receipt = (home: string, name: string): VenvReceipt =>
  JSON.parse(readFileSync(join(realpathSync(join(home, '.virtualenvs', name)), '.venvoy.json'), 'utf8'))
const installed = (home: string, name: string) =>
  receipt(home, name)
    .installed.filter(([each]) => !['pip', 'setuptools'].includes(each))
    .map((each) => each.join(' '))

/** One story, told in order. */
it('lock writes what pip would install, with hashes and without an address', async () => {
  const said = await desk.venvoy('lock', 'main')
  expect([said.code, said.stdout]).toEqual([0, 'app/pylock.toml\n+ web 1.0\n+ wire 1.0\n'])
  expect(
    lockfile()
      .replace(/inputs = "[0-9a-f]{32}"/, 'inputs = "DIGEST"')
      .replace(/"cpython .*"/, '"TARGET"'),
  ).toBe(
    `lock-version = "1.0"
environments = [
    'python_version == "${bound}" and python_full_version >= "${describePython(newer).version}" and sys_platform == "linux" and platform_machine == "x86_64" and platform_python_implementation == "CPython"',
]
created-by = "venvoy"

[[packages]]
name = "web"
version = "1.0"
wheels = [
    { path = "wheels/web-1.0-py2.py3-none-any.whl", hashes = { sha256 = "${hashOf('web', '1.0')}" } },
]

[[packages]]
name = "wire"
version = "1.0"
wheels = [
    { path = "wheels/wire-1.0-py2.py3-none-any.whl", hashes = { sha256 = "${hashOf('wire', '1.0')}" } },
]

[tool.venvoy]
inputs = "DIGEST"
from = [
    "requirements.in",
]
made-for = [
    "TARGET",
]
`.replaceAll('x86_64', process.arch === 'arm64' ? 'aarch64' : 'x86_64'),
  )
  const logs = readdirSync(desk.home, { recursive: true, encoding: 'utf8' }).map((name) => join(desk.home, name))
  const texts = logs.filter((path) => /\.(log|jsonl?)$/.test(path)).map((path) => readFileSync(path, 'utf8'))
  expect([said.stdout, said.stderr, ...texts].filter((text) => text.includes('secret'))).toEqual([])
  expect(readdirSync(hosts[0]!.home)).toEqual([])
})

it('lock once more changes not a byte', async () => {
  const before = lockfile()
  const said = await desk.venvoy('lock', 'main')
  expect([said.code, said.stdout, lockfile()]).toEqual([0, '', before])
  expect(said.stderr).toContain('app/pylock.toml: nothing changes (2 packages for cpython')
})

it('a deploy installs what is locked', async () => {
  const said = await desk.venvoy('deploy', 'main')
  expect([said.code, said.stderr.includes('not locked')]).toEqual([0, false])
  expect(installed(hosts[0]!.home, 'p-main')).toEqual(['web 1.0', 'wire 1.0'])
})

it('--check tells whether the requirements have changed since', async () => {
  expect(await desk.venvoy('lock', 'main', '--check')).toMatchObject({ code: 0 })
  desk.write('app/requirements.in', 'web\nwire\n')
  const said = await desk.venvoy('lock', 'main', '--check')
  expect([said.code, said.stderr]).toEqual([
    6,
    expect.stringContaining(
      'app/pylock.toml was made from other requirements than requirements.in\n  try: venvoy lock\n',
    ),
  ])
  expect((await desk.venvoy('plan', 'main')).stderr).toContain(
    'pylock.toml was made from other requirements than requirements.in: venvoy lock',
  )
})

it('versions stay until an upgrade is wanted, of one package or of all', async () => {
  await desk.venvoy('lock', 'main')
  expect(locked()).toEqual(['web 1.0', 'wire 1.0'])
  const one = await desk.venvoy('lock', 'main', '--upgrade', 'wire')
  expect([one.code, one.stdout, locked()]).toEqual([0, 'app/pylock.toml\nwire 1.0 → 1.5\n', ['web 1.0', 'wire 1.5']])
  const plan = await desk.venvoy('plan', 'main')
  expect(plan.stdout).toMatch(/^ +installs pylock.toml \(2 packages\)\n +wire 1.0 → 1.5\n/m)
  expect((await desk.venvoy('lock', 'main', '--upgrade', 'wirre')).stderr).toContain(
    'wirre is not locked, so it cannot be upgraded (did you mean wire?)',
  )
  await desk.venvoy('lock', 'main', '--upgrade')
  expect(locked()).toEqual(['web 1.1', 'wire 1.5'])
})

it.skipIf(older === undefined)('two Pythons share one lockfile, with markers', async () => {
  writeConfig({ requirements: 'requirements.in' }, older)
  expect((await desk.venvoy('lock', '--all', '--yes')).code).toBe(0)
  expect(locked()).toEqual([`backport 0.3 python_version < "${bound}"`, 'web 1.1', 'wire 1.5'])
  expect((await desk.venvoy('deploy', '--all', '--yes')).code).toBe(0)
  expect(installed(hosts[0]!.home, 'p-main')).toEqual(['web 1.1', 'wire 1.5'])
  expect(installed(hosts[1]!.home, 'p-other')).toEqual(['backport 0.3', 'web 1.1', 'wire 1.5'])
  expect((await desk.venvoy('deploy', '--all', '--yes')).stderr).toContain('unchanged')
})

it('requirements with hashes are written where they are wanted, and deployed from', async () => {
  writeConfig({ requirements: 'requirements.in', packages: ['gunicorn'], lockfile: 'locked.txt' })
  const said = await desk.venvoy('lock', 'main')
  expect(said).toMatchObject({ code: 0, stdout: 'app/locked.txt\n+ gunicorn 23.0\n+ web 1.1\n+ wire 1.5\n' })
  const text = readFileSync(join(desk.project, 'app/locked.txt'), 'utf8')
  expect(
    text
      .split('\n')
      .slice(1)
      .filter((line) => !line.startsWith('# for')),
  ).toEqual([
    '# from requirements.in, venv.packages',
    'gunicorn==23.0 \\',
    `    --hash=sha256:${hashOf('gunicorn', '23.0')}`,
    'web==1.1 \\',
    `    --hash=sha256:${hashOf('web', '1.1')}`,
    'wire==1.5 \\',
    `    --hash=sha256:${hashOf('wire', '1.5')}`,
    '',
  ])
  expect(await desk.venvoy('lock', 'main', '--check')).toMatchObject({ code: 0 })
  expect((await desk.venvoy('deploy', 'main')).code).toBe(0)
  expect(installed(hosts[0]!.home, 'p-main')).toEqual(['gunicorn 23.0', 'web 1.1', 'wire 1.5'])
})

it('what is not safe is refused before a host is asked', async () => {
  writeConfig({ requirements: 'requirements.in', lockfile: 'unsafe.toml' })
  desk.write('app/requirements.in', `web\n--extra-index-url ${index.url}\n`)
  const said = await desk.venvoy('lock', 'main')
  expect([said.code, said.stderr]).toEqual([
    2,
    expect.stringContaining(
      'requirements.in:2: with an extra index, pip takes the highest version that any index offers\n',
    ),
  ])
  expect(existsSync(join(desk.project, 'app/unsafe.toml'))).toBe(false)
})

it.each<[what: string, venv: object, files: Record<string, string>, why: string]>([
  [
    'a file that is not there',
    { requirements: 'empty/requirements.in', lockfile: 'x.toml', packages: [] },
    {},
    'there is no file empty/requirements.in in the source',
  ],
  [
    'what it is made from',
    { requirements: 'loose.txt', lockfile: 'loose.txt' },
    { 'app/loose.txt': 'web\n' },
    'app/loose.txt: the lockfile would be written over what it is made from\n  try: call what it is made from requirements.in, or write elsewhere: venvoy lock --output FILE\n',
  ],
  [
    "another tool's format",
    { lockfile: 'uv.lock', packages: ['web'] },
    {},
    'venv.lockfile: uv.lock is made by another tool\n  try: uv lock   (venvoy deploys from it as it is)\n',
  ],
  [
    "another tool's file",
    { lockfile: 'theirs.txt', packages: ['web'] },
    { 'app/theirs.txt': `web==1.0 --hash=sha256:${'a'.repeat(64)}\n` },
    'app/theirs.txt: this lockfile was not made by venvoy, so it is not written over\n  try: move it away, or name another: venvoy lock --output FILE\n',
  ],
  [
    'a folder of the project',
    { lockfile: 'x.toml', packages: ['./lib'] },
    { 'app/lib/setup.py': '' },
    'venv.packages: it names files of the project itself, for which no index vouches\n',
  ],
])('%s is refused', async (_, venv, files, why) => {
  for (const [path, text] of Object.entries(files)) desk.write(path, text)
  writeConfig(venv)
  const said = await desk.venvoy('lock', 'main')
  expect([said.code, said.stderr]).toEqual([2, expect.stringContaining(why)])
})

it('two instances with different requirements need two lockfiles', async () => {
  const differing = (more: object) =>
    desk.write('deploy.yml', {
      project: 'p',
      source: 'app',
      hosts: { web1: known[0] },
      venv: { index: index.url, python: newer, ...more },
      instances: {
        main: { hosts: ['web1'], venv: { packages: ['web'] } },
        other: { hosts: ['web1'], venv: { packages: ['wire'] } },
      },
    })
  differing({ lockfile: 'both.toml' })
  expect((await desk.venvoy('lock')).stderr).toContain(
    'app/both.toml: main and other want different requirements in one lockfile\n  main: venv.packages\n  other: venv.packages\n  try: give each its own: venv: { lockfile: "pylock.{{ instance }}.toml" }\n',
  )
  differing({ lockfile: 'pylock.{{ instance }}.toml' })
  const said = await desk.venvoy('lock')
  expect([said.code, said.stdout]).toEqual([
    0,
    'app/pylock.main.toml\n+ web 1.1\n+ wire 1.5\n\napp/pylock.other.toml\n+ wire 1.5\n',
  ])
  expect((await desk.venvoy('lock', '--output', 'one.toml')).stderr).toContain(
    'one.toml: main and other want different requirements in one lockfile\n  main: venv.packages\n  other: venv.packages\n  try: name one of them: venvoy lock main --output one.toml\n',
  )
})

it('a failure leaves the lockfile as it was, and nothing on the host', async () => {
  writeConfig({ requirements: 'requirements.in' })
  const before = lockfile()
  desk.write('app/requirements.in', 'web\nno-such-thing\n')
  const said = await desk.venvoy('lock', 'main')
  expect([said.code, said.stderr, lockfile()]).toEqual([
    1,
    expect.stringContaining('see whether the index has a wheel of no-such-thing for Python'),
    before,
  ])
})
