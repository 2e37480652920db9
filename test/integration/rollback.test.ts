import { readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHost, type TestHost } from '../support/hosts.js'
import { contentsOf, type Desk, differences, jsonLines, openDesk } from '../support/project.js'

/** One story, told in order: each test begins where the one before it ended. */
describe('an instance on two hosts', () => {
  let hosts: TestHost[]
  let desk: Desk

  beforeAll(async () => {
    desk = openDesk()
    hosts = await Promise.all([startHost('sshd', { login: 'dash' }), startHost('embedded')])
    desk.write('deploy.yml', {
      project: 'p',
      source: 'app',
      hosts: { web1: desk.know(hosts[0]!), web2: desk.know(hosts[1]!) },
      instances: { main: { hosts: ['web1', 'web2'] } },
      deploy: { before_switch: ['echo before >>"$HOME/ran"'], after_switch: ['cat hello.py >>"$HOME/ran"'] },
    })
    for (const word of ['one', 'two', 'three']) {
      desk.write('app/hello.py', `print("${word}")\n`)
      await desk.venvoy('deploy')
    }
  })
  afterAll(async () => {
    desk.remove()
    await Promise.all(hosts.map((host) => host.stop()))
  })

  const currents = () => hosts.map(({ home }) => readlinkSync(join(home, 'apps/p-main/current')))
  const ran = () => hosts.map(({ home }) => readFileSync(join(home, 'ran'), 'utf8').split('\n').slice(-3))
  const at = (host: number, path: string) => join(hosts[host]!.home, 'apps/p-main', path)

  it('asks before it goes back, and where nobody can answer it does not', async () => {
    const said = await desk.venvoy('rollback')
    expect(said).toEqual({
      code: 2,
      stdout: '',
      stderr: 'not confirmed: Roll back main on web1, main on web2?\n  try: add --yes\n',
    })
  })

  it('says with --dry-run what it would do, and changes nothing', async () => {
    const before = hosts.map(({ home }) => contentsOf(home))
    const said = await desk.venvoy('rollback', '--dry-run', '-H', 'web1')
    expect([said.code, said.stdout.replace(/content \w+/g, 'REVISION').replace(/deployed .*/, 'deployed')]).toEqual([
      0,
      [
        'main@web1: 3 steps',
        '  ~ check release 2: REVISION',
        '    deployed',
        '    the venv stays the same',
        '  ~ switch to release 2',
        '    from release 3',
        '  ~ cat hello.py >>"$HOME/ran"',
        '',
      ].join('\n'),
    ])
    expect(hosts.flatMap(({ home }, i) => differences(before[i]!, contentsOf(home)))).toEqual([])
  })

  it('goes back on no host where one of them cannot', async () => {
    const python = at(1, 'releases/2/venv/bin/python')
    const real = readlinkSync(python)
    rmSync(python)
    const said = await desk.venvoy('rollback', '--yes')
    expect([said.code, currents()]).toEqual([1, ['releases/3', 'releases/3']])
    expect(said.stderr).toContain('main on web1: prepared, but not switched, because web2 could not be prepared')
    symlinkSync(real, python)
  })

  it('goes back on both, runs what comes after the switch, and nothing of what came before', async () => {
    const said = await desk.venvoy('rollback', '--yes')
    expect([said.code, currents(), desk.mask(said.stderr).split('\n').slice(-2)]).toEqual([
      0,
      ['releases/2', 'releases/2'],
      ['2 changed in TIME', ''],
    ])
    expect(ran()).toEqual(Array(2).fill(['print("three")', 'print("two")', '']))
    expect((await desk.venvoy('exec', '-i', 'main', '-H', 'web1', '--', 'python hello.py')).stdout).toBe('two\n')
  })

  it('after a bad deploy it goes back to what served, not to what was rolled back from', async () => {
    desk.write('app/hello.py', 'print("four")\n')
    expect((await desk.venvoy('deploy')).code).toBe(0)
    expect(currents()).toEqual(['releases/4', 'releases/4'])
    expect((await desk.venvoy('rollback', '--yes')).code).toBe(0)
    expect(currents()).toEqual(['releases/2', 'releases/2'])
  })

  it('keeps a history, the newest first, of all hosts', async () => {
    const said = await desk.venvoy('history', '--json')
    const rows = jsonLines(said).find(({ type }) => type === 'run:table')?.rows as Record<string, string>[]
    const of = (host: string) => rows.filter((row) => row.host === host).map(({ what, release }) => [what, release])
    const switches = [
      ['rollback', '4 → 2'],
      ['deploy', '2 → 4'],
      ['rollback', '3 → 2'],
      ['deploy', '2 → 3'],
      ['deploy', '1 → 2'],
      ['deploy', '1'],
    ]
    expect([of('web1'), of('web2')]).toEqual([switches, switches])
    const times = rows.map(({ when }) => when)
    expect(times).toEqual([...times].sort().reverse())
    expect(new Set(rows.map(({ run }) => run)).size).toBe(6)
    const plain = await desk.venvoy('history', '--lines', '1', '-H', 'web1')
    expect([plain.code, plain.stdout.split('\n').length]).toEqual([0, 3])
  })

  it('goes where it is told to, and does nothing where it is', async () => {
    expect((await desk.venvoy('rollback', '--yes', '--to', '3')).code).toBe(0)
    expect(currents()).toEqual(['releases/3', 'releases/3'])
    expect((await desk.venvoy('rollback', '--yes', '--to', '3')).stderr).toContain('2 unchanged')
    const { code, stderr } = await desk.venvoy('rollback', '--yes', '--to', '9')
    expect([code, stderr]).toEqual([1, expect.stringContaining('main on web1: there is no release 9\n')])
  })
})
