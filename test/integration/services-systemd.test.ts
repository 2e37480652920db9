import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHost, type TestHost } from '../support/hosts.js'
import { isAlive, until } from '../support/processes.js'
import { contentsOf, type Desk, differences, openDesk } from '../support/project.js'
import { hasSystemd, startSystemd, type UserSystemd } from '../support/systemd.js'

/** One story, told in order: each test begins where the one before it ended. */
describe.skipIf(!hasSystemd)('services kept by a real systemd of the user', () => {
  let folder: string
  let systemd: UserSystemd
  let host: TestHost
  let desk: Desk
  const write = (services: object) =>
    desk.write('deploy.yml', {
      project: 'p',
      source: 'app',
      hosts: { web1: desk.know(host) },
      service_manager: 'systemd-user',
      env: { WORD: 'hunter2' },
      services,
      instances: { a: { hosts: ['web1'] }, b: { hosts: ['web1'] } },
    })

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'venvoy-systemd-'))
    // There is no journal here: what is asked of it is what can be seen.
    const journalctl = join(folder, 'journalctl')
    writeFileSync(journalctl, '#!/bin/sh\necho "$@"\n', { mode: 0o755 })
    desk = openDesk()
    const env = { XDG_RUNTIME_DIR: join(folder, 'runtime') }
    host = await startHost('sshd', { login: 'dash', env, programs: { journalctl } })
    systemd = await startSystemd(folder, host.home)
    desk.write('app/server.py', 'import time\nwhile True: time.sleep(0.05)\n')
    write({ web: 'python server.py', job: { run: 'cd / && python -m http.server 0', stop_timeout: 5, restart: 'no' } })
  })
  afterAll(async () => {
    await desk.venvoy('remove', 'a', 'b', '--yes')
    await systemd.stop()
    desk.remove()
    await host.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const units = () => join(host.home, '.config/systemd/user')
  const systemctl = (...args: string[]) =>
    spawnSync('systemctl', ['--user', ...args], {
      env: { PATH: process.env.PATH, HOME: host.home, XDG_RUNTIME_DIR: systemd.runtime },
    }).stdout.toString()
  const pidOf = (unit: string) => Number(systemctl('show', '--property', 'MainPID', '--value', unit))
  const envOf = (pid: number) => readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')

  it('writes units that say nothing of a release or a secret, enables and starts them', async () => {
    const plan = await desk.venvoy('plan', 'a')
    expect(plan.stdout).toContain('    write unit p-a-web.service\n')
    const said = await desk.venvoy('deploy', '--all', '--yes')
    expect([said.code, said.stderr]).toEqual([0, expect.any(String)])
    const to = join(host.home, 'apps/p-a')
    expect(readFileSync(join(units(), 'p-a-web.service'), 'utf8')).toBe(`# A service of ${to}, written by venvoy.
[Unit]
Description=p-a-web

[Service]
ExecStart=${to}/run web
Restart=always
RestartSec=1
KillSignal=SIGTERM
KillMode=mixed
TimeoutStopSec=30
SyslogIdentifier=p-a-web

[Install]
WantedBy=default.target
`)
    expect(systemctl('is-enabled', 'p-a-web', 'p-a-job', 'p-b-web').trim().split('\n')).toEqual(
      Array(3).fill('enabled'),
    )
    expect(envOf(pidOf('p-a-web'))).toEqual(expect.arrayContaining(['WORD=hunter2', 'VENVOY_RELEASE=1']))
    const verified = spawnSync('/usr/bin/systemd-analyze', ['verify', '--user', join(units(), 'p-a-job.service')])
    expect(
      verified.stderr
        .toString()
        .split('\n')
        .filter((line) => line.includes('p-a-job')),
    ).toEqual([])
  })

  it('starts the new release in a new process, by the very same unit', async () => {
    const before = [pidOf('p-a-web'), pidOf('p-b-web')]
    const files = contentsOf(units())
    desk.write('app/new.py', '')
    const said = await desk.venvoy('deploy', 'a')
    expect([said.code, said.stderr]).toEqual([0, expect.any(String)])
    expect([isAlive(before[0]!), pidOf('p-b-web')]).toEqual([false, before[1]])
    expect(envOf(pidOf('p-a-web'))).toContain('VENVOY_RELEASE=2')
    expect(differences(files, contentsOf(units()))).toEqual([])
    expect((await desk.venvoy('deploy', 'a')).stderr).toContain('a@web1: unchanged')
  })

  it('sees what systemd started again, and says when one does not stay up', async () => {
    const before = pidOf('p-a-web')
    process.kill(before, 'SIGKILL')
    await until('systemd has started it again', () => pidOf('p-a-web') > 0 && pidOf('p-a-web') !== before)
    expect((await desk.venvoy('status', 'a')).stdout).toContain('web running')
    desk.write('app/server.py', 'raise SystemExit("no database")\n')
    const { code, stderr } = await desk.venvoy('deploy', 'a')
    expect([code, stderr]).toEqual([1, expect.stringContaining('service web does not run: ')])
    expect(envOf(pidOf('p-a-web'))).toContain('VENVOY_RELEASE=2')
    desk.write('app/server.py', 'import time\nwhile True: time.sleep(0.05)\n')
  })

  it('stops and starts, and asks the journal for logs', async () => {
    expect((await desk.venvoy('stop', 'a', '--service', 'web')).code).toBe(0)
    expect(systemctl('is-active', 'p-a-web', 'p-a-job')).toBe('inactive\nactive\n')
    expect((await desk.venvoy('start', 'a')).code).toBe(0)
    expect(systemctl('is-active', 'p-a-web', 'p-a-job')).toBe('active\nactive\n')
    const logs = await desk.venvoy('logs', 'a', '--service', 'web', '-n', '3')
    expect(logs.stdout).toBe(
      '--quiet --no-pager --output short-iso --no-hostname --lines 3 --user-unit p-a-web.service\n',
    )
  })

  it('takes no unit of somebody else for its own', async () => {
    const foreign = join(units(), 'p-b-other.service')
    writeFileSync(foreign, '[Service]\nExecStart=/bin/true\n')
    write({ web: 'python server.py', other: 'python server.py' })
    const { code, stderr } = await desk.venvoy('deploy', 'b')
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${foreign} exists and is not this instance's`)])
    expect(existsSync(join(host.home, 'apps/p-b/releases/2'))).toBe(false)
    rmSync(foreign)
  })

  it('removes its units, and those of no other', async () => {
    const web = pidOf('p-a-web')
    expect((await desk.venvoy('remove', 'a', '--yes')).code).toBe(0)
    expect(isAlive(web)).toBe(false)
    expect(readdirSync(units()).filter((name) => name.endsWith('.service'))).toEqual([
      'p-b-job.service',
      'p-b-web.service',
    ])
    expect(systemctl('is-active', 'p-b-web')).toBe('active\n')
  })
})
