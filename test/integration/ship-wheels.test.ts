import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  buildWheel,
  type PackageIndex,
  startPackageIndex,
  type WheelSpec,
  wheelFilename,
} from '../../src/testing/index.js'
import { startHost, type TestHost } from '../support/hosts.js'
import { type Desk, openDesk } from '../support/project.js'

const wheel = (name: string, version: string): WheelSpec => ({
  name,
  version,
  modules: { [`${name}.py`]: `__version__ = "${version}"\n` },
})
const web = wheel('web', '1.0')
const newerWeb = wheel('web', '1.1')
const wire = wheel('wire', '2.0')
const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex')
const digestOf = (spec: WheelSpec) => sha256(buildWheel(spec))
const lockOf = (...wheels: WheelSpec[]) =>
  wheels.map((each) => `${each.name}==${each.version} --hash=sha256:${digestOf(each)}\n`).join('')

let desk: Desk
let index: PackageIndex
let hosts: TestHost[]
beforeAll(async () => {
  desk = openDesk()
  index = await startPackageIndex([web, newerWeb, wire])
  // Whoever asks this index is told that nobody is there.
  const env = { PIP_INDEX_URL: 'http://127.0.0.1:9/simple', PIP_EXTRA_INDEX_URL: 'http://127.0.0.1:9/more' }
  hosts = [await startHost('sshd', { env }), await startHost('sshd', { env })]
  desk.write('app/hello.py', 'import web, wire; print(web.__version__, wire.__version__)\n')
})
afterAll(async () => {
  desk.remove()
  await Promise.all([...hosts.map((host) => host.stop()), index.stop()])
})

const known: Record<string, unknown>[] = []
function write(venv: object): void {
  if (known.length === 0) known.push(...hosts.map((host) => desk.know(host)))
  desk.write('deploy.yml', {
    project: 'p',
    source: 'app',
    hosts: { web1: known[0], web2: known[1] },
    venv,
    instances: { a: { hosts: ['web1'] }, b: { hosts: ['web1'] }, c: { hosts: ['web2'] } },
  })
}

/** The wheels that a host was sent, by when they came. */
function sent({ home }: TestHost): ReadonlyMap<string, number> {
  const cache = join(home, '.cache/venvoy/files')
  const digests = readdirSync(cache, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
  const names = new Map([web, newerWeb, wire].map((each) => [digestOf(each), wheelFilename(each)]))
  return new Map(
    digests.flatMap(({ parentPath, name }) => {
      const wheel = names.get(name)
      return wheel === undefined ? [] : [[wheel, statSync(join(parentPath, name)).mtimeMs] as const]
    }),
  )
}

const withIndex = () => ({ index: index.url, wheels: 'ship' })
const hello = async (instance: string) => (await desk.venvoy('exec', '-i', instance, '--', 'python', 'hello.py')).stdout

/** One story, told in order. */
it('nothing is sent that no lockfile names', async () => {
  write(withIndex())
  desk.write('app/requirements.txt', 'web\n')
  const said = await desk.venvoy('deploy', 'a')
  expect([said.code, said.stdout + said.stderr]).toEqual([
    2,
    expect.stringContaining(
      'venv.wheels: the packages of venv p-a are to be sent, and no lockfile says which they are\n  try: make one, and put it under version control: venvoy lock\n',
    ),
  ])
})

it('a host that reaches no index gets its wheels from here', async () => {
  desk.write('app/requirements.txt', lockOf(web, wire))
  const plan = await desk.venvoy('plan', 'a')
  expect(plan.stdout).toContain('+ send wheels of requirements.txt\n    2 files, ')
  const said = await desk.venvoy('deploy', 'a')
  expect([said.code, said.stderr]).toEqual([0, expect.stringContaining('1 changed')])
  expect(await hello('a')).toBe('1.0 2.0\n')
  expect([...sent(hosts[0]!).keys()].sort()).toEqual(['web-1.0-py2.py3-none-any.whl', 'wire-2.0-py2.py3-none-any.whl'])
})

it('what a host has is not sent again, and what is here is not fetched again', async () => {
  const before = sent(hosts[0]!)
  const asked = index.requests().length
  expect((await desk.venvoy('deploy', 'b', 'c')).code).toBe(0)
  expect(sent(hosts[0]!)).toEqual(before)
  expect([...sent(hosts[1]!).keys()].length).toBe(2)
  expect(
    index
      .requests()
      .slice(asked)
      .filter((line) => line.includes('/files/')),
  ).toEqual([])
  desk.write('app/requirements.txt', lockOf(newerWeb, wire))
  expect((await desk.venvoy('deploy', '--all', '--yes')).code).toBe(0)
  const after = sent(hosts[0]!)
  expect([...after.keys()].filter((name) => !before.has(name))).toEqual(['web-1.1-py2.py3-none-any.whl'])
  for (const [name, when] of before) expect([name, after.get(name)]).toEqual([name, when])
  expect([await hello('a'), await hello('c')]).toEqual(['1.1 2.0\n', '1.1 2.0\n'])
  expect((await desk.venvoy('deploy', '--all', '--yes')).stderr).toContain('3 unchanged')
})

it('of a folder nothing is fetched, and all that it lacks is named before anything is touched', async () => {
  write({ wheels: './wheelhouse' })
  desk.write('app/requirements.txt', lockOf(web, wire, wheel('more', '3.0')))
  const nowhere = await desk.venvoy('plan', 'a')
  expect([nowhere.code, nowhere.stdout + nowhere.stderr]).toEqual([
    2,
    expect.stringContaining('there is no folder ./wheelhouse'),
  ])
  mkdirSync(join(desk.project, 'wheelhouse'))
  desk.write('wheelhouse/renamed-1.0-py3-none-any.whl', buildWheel(web))
  const venv = realpathSync(join(hosts[0]!.home, '.virtualenvs/p-a'))
  const said = await desk.venvoy('deploy', 'a')
  expect(said.code).toBe(1)
  expect(said.stdout + said.stderr).toContain(
    '  more 3.0: no file has a hash of the lockfile\n  wire 2.0: no file has a hash of the lockfile\n',
  )
  expect(realpathSync(join(hosts[0]!.home, '.virtualenvs/p-a'))).toBe(venv)
  rmSync(join(desk.project, 'wheelhouse/renamed-1.0-py3-none-any.whl'))
  for (const each of [web, wire]) desk.write(`wheelhouse/${wheelFilename(each)}`, buildWheel(each))
  desk.write('app/requirements.txt', lockOf(web, wire))
  const asked = index.requests().length
  expect((await desk.venvoy('deploy', 'a')).code).toBe(0)
  expect([await hello('a'), index.requests().length]).toEqual(['1.0 2.0\n', asked])
})
