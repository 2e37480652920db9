import { existsSync, readdirSync, readlinkSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type PackageIndex, startPackageIndex } from '../../src/testing/index.js'
import { startHost, type TestHost } from '../support/hosts.js'
import { sayVersion, wheels } from '../support/packages.js'
import { contentsOf, type Desk, differences, openDesk } from '../support/project.js'

let host: TestHost
let desk: Desk
let index: PackageIndex

beforeAll(async () => {
  desk = openDesk()
  index = await startPackageIndex(wheels)
  host = await startHost('sshd', { login: 'dash' })
  desk.write('app/hello.py', 'import greeting; print(greeting.__version__)\n')
  desk.write('app/requirements.txt', 'greeting==1.0\n')
  desk.write('deploy.yml', {
    project: 'p',
    source: 'app',
    hosts: { web1: desk.know(host) },
    venv: { index: index.url },
    instances: { main: { hosts: ['web1'] } },
  })
})
afterAll(async () => {
  desk.remove()
  await Promise.all([host.stop(), index.stop()])
})

/** One story, told in order. */
const current = () => readlinkSync(join(host.home, 'apps/p-main/current'))
const venv = () => realpathSync(join(host.home, '.virtualenvs/p-main'))
const version = async () => (await desk.venvoy('exec', '-i', 'main', '--', sayVersion)).stdout.split(' ')[0]
const table = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split(/ {2,}/))

it('check says what a deploy would meet', async () => {
  const { code, stdout } = await desk.venvoy('check')
  expect([code, table(stdout).map(([where, level]) => [where, level])]).toEqual([
    0,
    [['host', 'finding'], ...Array(5).fill(['web1', 'ok'])],
  ])
  const none = await desk.venvoy('check', '--set', 'venv.python=3.99')
  expect([none.code, none.stdout]).toEqual([
    1,
    expect.stringContaining('web1  PROBLEM  there is no Python 3.99 on this host\n'),
  ])
})

it('venv create builds the venv without a release', async () => {
  expect((await desk.venvoy('venv', 'create')).code).toBe(0)
  expect(existsSync(join(host.home, 'apps'))).toBe(false)
  expect((await desk.venvoy('venv', 'freeze')).stdout).toBe('greeting==1.0\n')
  expect((await desk.venvoy('venv', 'create')).stderr).toContain('main@web1: unchanged')
})

it('a deploy takes the venv that is there', async () => {
  const before = venv()
  const said = await desk.venvoy('deploy')
  expect([said.code, said.stderr.includes('build venv')]).toEqual([0, false])
  expect([venv(), current(), await version()]).toEqual([before, 'releases/1', '1.0'])
})

it('other requirements make a new venv beside the old one', async () => {
  const old = { path: venv(), content: contentsOf(venv()) }
  desk.write('app/requirements.txt', 'greeting==2.0\n')
  const plan = await desk.venvoy('plan')
  expect(plan.stdout).toContain('because the requirements or options changed')
  expect(plan.stdout).toContain('    2 files in ~/apps/p-main; 1 file changed\n    ~ requirements.txt\n')
  expect((await desk.venvoy('deploy')).code).toBe(0)
  expect([current(), await version(), venv() === old.path]).toEqual(['releases/2', '2.0', false])
  expect(differences(old.content, contentsOf(old.path))).toEqual([])
})

it('a requirement that cannot be had fails with what pip said last, and the old one serves', async () => {
  const serving = current()
  desk.write('app/requirements.txt', 'no-such-package==1\n')
  const said = await desk.venvoy('deploy')
  const lines = desk.mask(said.stderr).split('\n')
  expect([said.code, said.stdout, lines.slice(lines.findIndex((line) => line.startsWith('main on web1: ')))]).toEqual([
    1,
    '',
    [
      expect.stringMatching(/^main on web1: build venv p-main \(Python 3\.\d+\.\d+\): exited with 1$/),
      expect.stringMatching(/^ {2}Looking in indexes: /),
      '  ERROR: Could not find a version that satisfies the requirement no-such-package==1 (from versions: none)',
      '  ERROR: No matching distribution found for no-such-package==1',
      '  pip could not install what venv p-main needs',
      '    pip ended with exit code 1; what it said stands above',
      '    try: correct the requirements, or what they miss on the host; what was serving still does',
      '  try: venvoy deploy -i main -H web1',
      '1 failed in TIME',
      'repeat: venvoy deploy',
      '',
    ],
  ])
  expect([current(), await version()]).toEqual([serving, '2.0'])
  desk.write('app/requirements.txt', 'greeting==2.0\n')
})

it('before_switch that fails switches nothing; the old one serves', async () => {
  desk.write('app/hello.py', 'print("broken")\n')
  const said = await desk.venvoy('deploy', '--set', 'deploy.before_switch=["python hello.py; echo no >&2; exit 3"]')
  expect([said.code, desk.mask(said.stderr).split('\n').slice(-7)]).toEqual([
    1,
    [
      'main@web1: python hello.py; echo no >&2; exit 3: exited with 3, TIME',
      'main on web1: python hello.py; echo no >&2; exit 3: exited with 3',
      '  ran: python hello.py; echo no >&2; exit 3',
      `  try: venvoy --set 'deploy.before_switch=["python hello.py; echo no >&2; exit 3"]' deploy -i main -H web1`,
      '1 failed in TIME',
      'repeat: venvoy deploy --set \'deploy.before_switch=["python hello.py; echo no >&2; exit 3"]\'',
      '',
    ],
  ])
  expect([current(), await version()]).toEqual(['releases/2', '2.0'])
  expect((await desk.venvoy('deploy')).code).toBe(0)
  expect((await desk.venvoy('exec', '-i', 'main', '--', 'python hello.py')).stdout).toBe('broken\n')
})

it('deploy.local.yml stands over the file, and --set over both; each is said', async () => {
  desk.write('deploy.local.yml', 'env: { COLOUR: red }\n')
  const show = ['exec', '-i', 'main', '--', 'echo $COLOUR $SIZE']
  const local = await desk.venvoy(...show)
  expect(local.stdout).toBe('red\n')
  expect((await desk.venvoy('--plain', ...show)).stderr).toContain(
    'deploy.local.yml applies over deploy.yml: env.COLOUR\n',
  )
  const set = await desk.venvoy('--set', 'env.COLOUR=blue', '--set', 'env.SIZE=7', ...show)
  expect(set.stdout).toBe('blue 7\n')
})

it('venv list names all that are there, and venv remove takes only what venvoy made', async () => {
  const rows = table((await desk.venvoy('venv', 'list')).stdout).slice(1)
  expect(rows.map(([at, name, , madeBy]) => [at, name, madeBy])).toEqual([['web1', 'p-main', 'venvoy']])
  const asked = await desk.venvoy('venv', 'remove')
  expect(asked).toEqual({
    code: 2,
    stdout: '',
    stderr: 'the removal of p-main on web1 was not confirmed\n  try: add --yes\n',
  })
  const served = await desk.venvoy('venv', 'remove', '--yes')
  expect([served.code, served.stderr.split('\n').slice(1, 3)]).toEqual([
    1,
    [
      'main on web1: venv p-main is in use',
      expect.stringMatching(/^ {2}release \d \(content [0-9a-f]{7}\) serves from it$/),
    ],
  ])
  const apart = (name: string) => ['--set', `venv.name=${name}`, '--set', 'deploy.to=~/elsewhere']
  expect((await desk.venvoy('venv', 'create', ...apart('other'))).code).toBe(0)
  await desk.venvoy('exec', '-H', 'web1', '--', 'python3 -m venv --without-pip ~/.virtualenvs/by-hand')
  const names = () => readdirSync(join(host.home, '.virtualenvs')).sort()
  expect(names()).toEqual(['.venvoy', 'by-hand', 'other', 'p-main'])
  const remove = (name: string) => desk.venvoy('venv', 'remove', '--yes', ...apart(name))
  expect((await remove('other')).code).toBe(0)
  const foreign = await remove('by-hand')
  expect([foreign.code, foreign.stderr]).toEqual([
    1,
    expect.stringContaining("main on web1: ~/.virtualenvs/by-hand exists and is not venvoy's\n  it is a folder\n"),
  ])
  expect(names()).toEqual(['.venvoy', 'by-hand', 'p-main'])
})

it('a hook that may be tried again is, and the deploy goes on from there', async () => {
  const hook = 'echo try; test -e ~/second && exit 0; test -e ~/first && touch ~/second; touch ~/first; exit 1'
  desk.write('app/more.py', 'print("more")\n')
  const before = current()
  const set = `deploy.before_switch=${JSON.stringify([{ run: hook, retries: 2 }, 'echo after'])}`
  const { code, stdout } = await desk.venvoy('deploy', '--set', set)
  const lines = stdout.split('\n').filter((line) => line.startsWith('main@web1 | '))
  expect([code, lines]).toEqual([0, [...Array(3).fill('main@web1 | try'), 'main@web1 | after']])
  expect(current()).not.toBe(before)
})
