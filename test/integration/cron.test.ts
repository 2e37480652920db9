import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeCrontabProgram } from '../support/crontab.js'
import { startHost, type TestHost } from '../support/hosts.js'
import { until } from '../support/processes.js'
import { type Desk, openDesk } from '../support/project.js'
import { canMakeUsers, type SudoUser, sudoUser } from '../support/sudo-user.js'

const foreign = 'MAILTO=ann@example.com\n*/2 * * * * /opt/backup --all\n'

/** One story, told in order: each test begins where the one before it ended. */
describe('the crontab of a host', () => {
  let host: TestHost
  let desk: Desk
  const file = () => join(host.home, 'crontab')
  const text = () => readFileSync(file(), 'utf8').replaceAll(host.home, '~')
  const write = (cron: readonly unknown[], more: object = {}) => {
    desk.write('deploy.yml', {
      project: 'p',
      source: 'app',
      hosts: { web1: desk.know(host) },
      env: { WORD: "it's 100%" },
      cron,
      instances: { a: { hosts: ['web1'] }, b: { hosts: ['web1'], cron: ['@daily true'] } },
      ...more,
    })
  }
  const venvoy = async (...args: string[]) => {
    const { code, stdout, stderr } = await desk.venvoy(...args)
    return { code, said: `${stdout}${stderr}`.replaceAll(host.home, '~') }
  }
  const blockOf = (name: string, ...lines: string[]) =>
    [`# venvoy begin ~/apps/p-${name}`, ...lines, `# venvoy end ~/apps/p-${name}`, ''].join('\n')
  /** As cron does: with hardly any env, from the home. */
  const asCron = (line: string) => {
    const command = line.replace(/^(@\S+|(\S+ ){4}\S+) /, '').replaceAll('\\%', '%')
    const env = { HOME: host.home, LOGNAME: 'ann', PATH: '/usr/bin:/bin', SHELL: '/bin/sh' }
    return execFileSync('/bin/sh', ['-c', command], { env, cwd: host.home, encoding: 'utf8' })
  }

  beforeAll(async () => {
    desk = openDesk()
    host = await startHost('embedded', { programs: { crontab: writeCrontabProgram(desk.folder) } })
    desk.write('app/where.py', 'import os, sys; print(os.environ["WORD"], sys.prefix.split("/")[-1], *sys.argv[1:])\n')
    writeFileSync(file(), foreign)
  })
  afterAll(async () => {
    desk.remove()
    await host.stop()
  })

  it('gets a block for each instance, whose lines run in the venv, the env and the tree', async () => {
    write(['*/5 * * * *  python where.py {{ instance }} "100%"', { at: '@hourly', run: 'echo $X', env: { X: 'x' } }])
    expect((await venvoy('plan', 'a')).said).toContain('+ cron 1: */5 * * * *  python where.py a "100%"')
    expect((await venvoy('deploy', '--all', '--yes')).code).toBe(0)
    const [first, second] = ['*/5 * * * * ~/apps/p-a/run cron 1', '@hourly ~/apps/p-a/run cron 2']
    expect(text()).toBe(foreign + blockOf('a', first!, second!) + blockOf('b', '@daily ~/apps/p-b/run cron 1'))
    const lines = readFileSync(file(), 'utf8').split('\n')
    expect([asCron(lines[3]!), asCron(lines[4]!)]).toEqual(["it's 100% p-a a 100%\n", 'x\n'])
  })

  it('is not touched where nothing of it changes, and mended where somebody changed it', async () => {
    const log = () => readFileSync(join(host.home, 'crontab.log'), 'utf8').length
    const before = [text(), log()]
    expect((await venvoy('deploy', 'a')).said).toContain('unchanged')
    write(['*/5 * * * *  echo another {{ instance }}', { at: '@hourly', run: 'echo $X', env: { X: 'y' } }])
    expect((await venvoy('deploy', 'a')).code).toBe(0)
    expect([text(), log()]).toEqual(before)
    expect(asCron(readFileSync(file(), 'utf8').split('\n')[3]!)).toBe('another a\n')
    writeFileSync(file(), readFileSync(file(), 'utf8').replace(/^@hourly.*\n/m, ''))
    expect((await venvoy('deploy', 'a')).said).toContain('write the lines of the crontab')
    expect(text()).toBe(before[0])
  })

  it('goes back with the release, after a failure too, and loses what is removed', async () => {
    const before = text()
    write(['@weekly true'], { deploy: { after_switch: ['false'] } })
    expect((await venvoy('deploy', 'a')).code).toBe(1)
    expect(text()).toBe(before)
    write(['@weekly true'])
    expect((await venvoy('deploy', 'a')).code).toBe(0)
    expect(text()).toContain(blockOf('a', '@weekly ~/apps/p-a/run cron 1'))
    expect((await venvoy('rollback', 'a', '--yes')).code).toBe(0)
    expect(text()).toBe(before)
    expect((await venvoy('remove', 'a', '--yes')).code).toBe(0)
    expect(text()).toBe(foreign + blockOf('b', '@daily ~/apps/p-b/run cron 1'))
    write([], { instances: { b: { hosts: ['web1'] } } })
    expect((await venvoy('deploy', 'b')).code).toBe(0)
    expect(text()).toBe(foreign)
  })
})

const cron = '/usr/sbin/cron'
const list = '/usr/bin/crontab'

describe.skipIf(!canMakeUsers() || !existsSync(cron))('a real cron', () => {
  let user: SudoUser
  let host: TestHost
  let desk: Desk
  beforeAll(async () => {
    user = sudoUser()
    host = await startHost('sshd', { user })
    desk = openDesk()
  })
  afterAll(async () => {
    desk.remove()
    await host.stop()
    await user.remove()
  })

  it('runs a line in the release that serves, within the minute', async () => {
    desk.write('app/said.py', 'import os, sys; open(sys.argv[1], "w").write(f"{os.environ[\'WORD\']} {sys.prefix}")\n')
    desk.write('deploy.yml', {
      project: 'p',
      source: 'app',
      hosts: { web1: desk.know(host) },
      env: { WORD: 'hello' },
      cron: ['* * * * *  python said.py ~/said'],
      instances: { a: { hosts: ['web1'] } },
    })
    const { code, stderr } = await desk.venvoy('deploy', 'a')
    expect([code, stderr]).toEqual([0, expect.stringContaining('write the lines of the crontab')])
    const daemon = spawn(cron, ['-f'], { stdio: 'ignore' })
    try {
      const file = join(user.home, 'said')
      const there = () => existsSync(file) && readFileSync(file, 'utf8') !== ''
      await until('cron has run the line', there, 75)
      expect(readFileSync(file, 'utf8')).toMatch(/^hello \/.*\/p-a$/)
      expect((await desk.venvoy('remove', 'a', '--yes')).code).toBe(0)
      expect(() => execFileSync(list, ['-u', user.name, '-l'], { stdio: 'pipe' })).toThrow('no crontab for')
    } finally {
      daemon.kill()
    }
  }, 120_000)
})
