import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildWheel, type PackageIndex, startPackageIndex } from '../../src/testing/index.js'
import { greeting } from '../remote/support/locked.js'
import { startHost, type TestHost } from '../support/hosts.js'
import { type Desk, openDesk } from '../support/project.js'

const lockOf = (wheels: typeof greeting): string =>
  wheels
    .map((wheel) => {
      const hash = createHash('sha256').update(buildWheel(wheel)).digest('hex')
      return `${wheel.name.toLowerCase()}==${wheel.version} --hash=sha256:${hash}\n`
    })
    .join('')

/** One story, told in order. */
describe('instances with one lockfile', () => {
  let host: TestHost
  let desk: Desk
  let index: PackageIndex
  let log: string
  const names = ['a', 'b', 'c']

  beforeAll(async () => {
    desk = openDesk()
    log = join(desk.folder, 'started')
    mkdirSync(log)
    index = await startPackageIndex(greeting)
    host = await startHost('sshd', { env: { LD_DEBUG: 'files', LD_DEBUG_OUTPUT: join(log, 'ld') } })
    desk.write('app/hello.py', 'import greeting; greeting.main()\n')
    desk.write('app/requirements.txt', lockOf(greeting))
    desk.write('deploy.yml', {
      project: 'p',
      source: 'app',
      hosts: { web1: desk.know(host) },
      venv: { index: index.url },
      instances: Object.fromEntries(names.map((name) => [name, { hosts: ['web1'] }])),
    })
  })
  afterAll(async () => {
    desk.remove()
    await Promise.all([host.stop(), index.stop()])
  })

  const store = () => join(host.home, '.virtualenvs/.venvoy')
  const bases = () => readdirSync(store()).filter((name) => name.startsWith('base-'))
  const venvOf = (name: string) => realpathSync(join(host.home, '.virtualenvs', `p-${name}`))
  const linesOf = (plan: string) => plan.split('\n').filter((line) => /shares|installs/.test(line))

  it('share what is downloaded and installed once', async () => {
    const before = await desk.venvoy('plan', 'a')
    expect(linesOf(before.stdout)).toEqual(['    installs requirements.txt (2 packages)'])
    expect((await desk.venvoy('deploy', 'a')).code).toBe(0)
    const plan = await desk.venvoy('plan', 'b')
    expect(linesOf(plan.stdout)).toEqual(['    shares requirements.txt (2 packages) with another venv'])
    const rest = await desk.venvoy('deploy', 'b', 'c')
    expect(rest.code).toBe(0)
    expect(index.requests().filter((line) => line.endsWith('.whl')).length).toBe(2)
    expect(bases()).toHaveLength(1)
    for (const name of names)
      expect((await desk.venvoy('exec', '-i', name, '--', 'greet')).stdout).toBe(`hello ${venvOf(name)}\n`)
  })

  it('start no Python where nothing is to be done', async () => {
    for (const name of readdirSync(log)) rmSync(join(log, name))
    const again = await desk.venvoy('deploy', '--all', '--yes')
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('3 unchanged')])
    // `1234:	initialize program: /usr/bin/python3`
    const started = readdirSync(log).filter((name) =>
      /initialize program: .*python/.test(readFileSync(join(log, name), 'utf8')),
    )
    expect(started).toEqual([])
  })

  it('get new venvs on new packages when their base has lost its receipt', async () => {
    const [before, base] = [names.map(venvOf), join(store(), bases()[0]!)]
    rmSync(join(base, '.venvoy.json'))
    const healed = await desk.venvoy('deploy', '--all', '--yes')
    expect(healed.code).toBe(0)
    expect(names.map(venvOf)).not.toEqual(before)
    expect(bases()).toHaveLength(2)
    const again = await desk.venvoy('deploy', '--all', '--yes')
    expect(again.stderr).toContain('3 unchanged')
  })

  it('keep their packages when what nothing points to is pruned', async () => {
    const prune = async (...options: string[]) => {
      const { code, stderr } = await desk.venvoy('venv', 'prune', ...options)
      return { code, notes: stderr.split('\n').filter((line) => /: (nothing|would|removed) /.test(line)) }
    }
    expect(await prune('--yes')).toEqual({ code: 0, notes: [expect.stringContaining('nothing to remove')] })
    // The first releases still have the venvs that they were made with.
    const old = join(host.home, 'apps/p-a/releases/1')
    const first = realpathSync(join(old, 'venv'))
    rmSync(old, { recursive: true })
    const dry = await prune('--now', '--dry-run')
    expect(dry).toEqual({ code: 0, notes: [expect.stringContaining(`would remove ${first} (0.`)] })
    expect([(await prune('--now')).code, existsSync(first)]).toEqual([2, true])
    const done = await prune('--now', '--yes')
    expect(done).toEqual({ code: 0, notes: dry.notes.map((line) => line.replace('would remove', 'removed')) })
    expect(existsSync(first)).toBe(false)
    for (const name of names)
      expect((await desk.venvoy('exec', '-i', name, '--', 'greet')).stdout).toBe(`hello ${venvOf(name)}\n`)
  })
})
