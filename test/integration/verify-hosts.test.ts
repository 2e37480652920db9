import { createHash } from 'node:crypto'
import { appendFileSync, chmodSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildWheel, type PackageIndex, startPackageIndex } from '../../src/testing/index.js'
import { contents } from '../remote/support/contents.js'
import { greeting } from '../remote/support/locked.js'
import { startHost, type TestHost } from '../support/hosts.js'
import { type Desk, openDesk } from '../support/project.js'

const lock = greeting
  .map((wheel) => {
    const hash = createHash('sha256').update(buildWheel(wheel)).digest('hex')
    return `${wheel.name.toLowerCase()}==${wheel.version} --hash=sha256:${hash}\n`
  })
  .join('')

/** One story, told in order: two hosts with the same lockfile and other homes. */
describe('verify', () => {
  let hosts: readonly TestHost[]
  let desk: Desk
  let index: PackageIndex
  const spec = (more: object = {}) => ({
    project: 'p',
    source: 'app',
    hosts: { web1: desk.know(hosts[0]!), web2: desk.know(hosts[1]!) },
    venv: { index: index.url, ...more },
    deploy: { shared: ['media/'] },
    instances: { a: { hosts: ['web1', 'web2'] }, b: { hosts: ['web1'] } },
  })
  beforeAll(async () => {
    desk = openDesk()
    index = await startPackageIndex(greeting)
    hosts = [await startHost('embedded'), await startHost('embedded')]
    desk.write('app/hello.py', 'import greeting; greeting.main()\n')
    desk.write('app/media/first.txt', 'x\n')
    desk.write('app/requirements.txt', lock)
    desk.write('deploy.yml', spec())
  })
  afterAll(async () => {
    desk.remove()
    await Promise.all([...hosts.map((host) => host.stop()), index.stop()])
  })

  const home = () => hosts[0]!.home
  const venvOf = (name: string) => realpathSync(join(home(), '.virtualenvs', `p-${name}`))
  const baseOf = (name: string): string => JSON.parse(readFileSync(join(venvOf(name), '.venvoy.json'), 'utf8')).base
  const rows = (stdout: string) =>
    stdout
      .split('\n')
      .slice(1)
      .filter((line) => line !== '')
      .map((line) => line.split(/ {2,}/).slice(0, 3))
  /** What is wrong, without what differs from run to run. */
  const told = (stderr: string) =>
    stderr.split('\n').filter((line) => /^[ab] on web|^ {2}(release|pip|shared packages|venv|try): /.test(line))

  it('says that nothing serves, before a deploy', async () => {
    const { code, stdout } = await desk.venvoy('verify')
    expect([code, rows(stdout)]).toEqual([
      0,
      [
        ['a', 'web1', 'not deployed'],
        ['a', 'web2', 'not deployed'],
        ['b', 'web1', 'not deployed'],
      ],
    ])
  })

  it('finds what a deploy has made as it was made, and the same on both hosts', async () => {
    expect(await desk.venvoy('deploy', '--all', '--yes')).toMatchObject({ code: 0 })
    const { code, stdout, stderr } = await desk.venvoy('verify')
    expect([code, rows(stdout).map((row) => row[2])]).toEqual([0, ['as made', 'as made', 'as made']])
    expect(stderr).toMatch(/the same packages on web1, web2: content [0-9a-f]{12}\n/)
    // Still so when they have been used.
    await desk.venvoy('exec', '-i', 'a', '--', 'python hello.py && pip list')
    expect((await desk.venvoy('verify', 'a')).code).toBe(0)
  })

  it('names what was changed by hand, in the venv and in the release, and not what an app writes', async () => {
    writeFileSync(join(venvOf('a'), 'bin/greet'), '#!/bin/sh\n')
    const tree = join(home(), 'apps/p-a/current/tree')
    // Files of a release are read-only: this takes intent.
    chmodSync(join(tree, 'hello.py'), 0o644)
    appendFileSync(join(tree, 'hello.py'), '# mine\n')
    writeFileSync(join(tree, 'log.txt'), '')
    writeFileSync(join(tree, 'media/first.txt'), 'y\n')
    const { code, stdout, stderr } = await desk.venvoy('verify')
    expect([code, rows(stdout).map((row) => row[2])]).toEqual([6, ['2 differences', 'as made', 'as made']])
    expect(told(stderr)).toEqual([
      'a on web1: it is not as it was made: 2 differences',
      '  release: hello.py changed',
      '  venv: bin/greet changed',
      '  try: venvoy deploy a   (builds it anew beside this one; what runs keeps what it has)',
    ])
    const { stdout: lines } = await desk.venvoy('verify', 'a', '-H', 'web1', '--json')
    const event = lines.split('\n').find((line) => line.includes('instance:verified'))
    expect(JSON.parse(event ?? '{}').drift).toMatchObject([
      { place: 'release', package: null, counts: { changed: 1 }, first: [{ what: 'changed', path: 'hello.py' }] },
      { place: 'venv', package: null, counts: { changed: 1 }, first: [{ what: 'changed', path: 'bin/greet' }] },
    ])
  })

  it('is what plan and status know then, and what a deploy heals, beside what runs', async () => {
    const status = await desk.venvoy('status', 'a', '-H', 'web1')
    expect(status.stdout).toContain('its venv has drifted: bin/greet was changed by hand')
    const plan = await desk.venvoy('plan', 'a')
    expect(plan.stdout).toContain('because bin/greet was changed by hand')
    expect(plan.stdout).toContain('because hello.py was changed by hand')
    const [old, other] = [venvOf('a'), venvOf('b')]
    const before = [contents(old), contents(other)]
    expect(await desk.venvoy('deploy', 'a')).toMatchObject({ code: 0 })
    expect([contents(old), contents(other)]).toEqual(before)
    expect(venvOf('a')).not.toBe(old)
    expect((await desk.venvoy('exec', '-i', 'a', '-H', 'web1', '--', 'python hello.py')).stdout).toBe(
      `hello ${venvOf('a')}\n`,
    )
    expect((await desk.venvoy('verify')).code).toBe(0)
    expect((await desk.venvoy('deploy', 'a')).stderr).toContain('2 unchanged')
    const back = await desk.venvoy('rollback', 'a', '-H', 'web1', '--yes')
    expect(back.stderr).toContain('it has drifted from what was made')
  })

  it('finds a change of shared packages in each instance, and each heals with its own deploy', async () => {
    const base = baseOf('a')
    const site = join(base, 'lib', readdirSync(join(base, 'lib')).find((name) => name.startsWith('python'))!)
    const file = join(site, 'site-packages/words/more.py')
    chmodSync(join(file, '..'), 0o755)
    rmSync(file)
    chmodSync(join(file, '..'), 0o555)
    const { code, stdout, stderr } = await desk.venvoy('verify')
    expect([code, rows(stdout).map((row) => row[2])]).toEqual([6, ['1 difference', 'as made', '1 difference']])
    expect(told(stderr)).toContain('  shared packages: words 2.0: words/more.py missing')
    expect(stderr).toMatch(/packages \w{16} differ between hosts: \w{12} on web1; \w{12} on web2/)
    const other = venvOf('b')
    expect((await desk.venvoy('plan', 'b')).stdout).toContain('because words/more.py of words 2.0 is missing')
    expect(await desk.venvoy('deploy', 'a')).toMatchObject({ code: 0 })
    expect([baseOf('a'), venvOf('b')]).toEqual([`${base}.1`, other])
    expect((await desk.venvoy('verify', 'a')).code).toBe(0)
    expect(await desk.venvoy('deploy', 'b')).toMatchObject({ code: 0 })
    expect([baseOf('b'), (await desk.venvoy('verify')).code]).toEqual([`${base}.1`, 0])
  })

  it('is part of each deploy with verify: full, and of none without', async () => {
    writeFileSync(join(venvOf('a'), 'bin/greet'), '#!/bin/sh\n')
    expect((await desk.venvoy('deploy', 'a')).stderr).toContain('2 unchanged')
    desk.write('deploy.yml', spec({ verify: 'full' }))
    const plan = await desk.venvoy('plan', 'a')
    expect(plan.stdout).toContain('because bin/greet was changed by hand')
    expect(await desk.venvoy('deploy', 'a')).toMatchObject({ code: 0 })
    expect((await desk.venvoy('verify')).code).toBe(0)
  })
})
