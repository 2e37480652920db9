import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHost, type TestHost } from '../support/hosts.js'
import { isAlive, until } from '../support/processes.js'
import { type Desk, openDesk } from '../support/project.js'

const supervisorConf = (home: string) => `[supervisord]
nodaemon=true
logfile=/dev/null
logfile_maxbytes=0
pidfile=${home}/supervisord.pid
[unix_http_server]
file=${home}/supervisor.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://${home}/supervisor.sock
[include]
files = programs/*.conf
`

/** One story, told in order: each test begins where the one before it ended. */
describe('services kept by a real supervisor', () => {
  let folder: string
  let host: TestHost
  let desk: Desk
  let supervisord: ReturnType<typeof spawn>
  const server = 'import os, time\nprint(os.environ["HOME"], flush=True)\nwhile True: time.sleep(0.05)\n'
  const write = (services: object) =>
    desk.write('deploy.yml', {
      project: 'p',
      source: 'app',
      hosts: { web1: desk.know(host) },
      service_manager: { use: 'supervisor', config: join(host.home, 'supervisord.conf') },
      services,
      instances: { a: { hosts: ['web1'] }, b: { hosts: ['web1'] } },
    })

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'venvoy-supervisor-'))
    execFileSync('/usr/bin/python3', ['-m', 'venv', folder])
    execFileSync(join(folder, 'bin/pip'), ['install', '--quiet', 'supervisor==4.3.0'])
    desk = openDesk()
    host = await startHost('sshd', { login: 'dash', programs: { supervisorctl: join(folder, 'bin/supervisorctl') } })
    mkdirSync(join(host.home, 'programs'))
    writeFileSync(join(host.home, 'supervisord.conf'), supervisorConf(host.home))
    supervisord = spawn(join(folder, 'bin/supervisord'), ['-c', join(host.home, 'supervisord.conf')], {
      stdio: 'ignore',
      cwd: '/',
    })
    await until('supervisor listens', () => existsSync(join(host.home, 'supervisor.sock')))
    desk.write('app/server.py', server)
    write({ web: 'python server.py', job: 'cd / && python -m http.server 0' })
  })
  afterAll(async () => {
    await desk.venvoy('remove', 'a', 'b', '--yes')
    const gone = new Promise((resolve) => supervisord.once('exit', resolve))
    supervisord.kill('SIGTERM')
    await gone
    desk.remove()
    await host.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const pidOf = (instance: string, service: string) =>
    Number(readFileSync(join(host.home, `apps/p-${instance}/.venvoy/services/${service}`), 'utf8').split(' ')[0])
  const releaseOf = (pid: number) => /VENVOY_RELEASE=(\d+)/.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1]
  const programs = () => readdirSync(join(host.home, 'programs')).sort()

  it('writes programs, and starts each once', async () => {
    const said = await desk.venvoy('deploy', '--all', '--yes')
    expect([said.code, said.stderr]).toEqual([0, expect.any(String)])
    expect(programs()).toEqual(['p-a-job.conf', 'p-a-web.conf', 'p-b-job.conf', 'p-b-web.conf'])
    expect(readFileSync(join(host.home, 'apps/p-a/.venvoy/log/web'), 'utf8')).toBe(`${host.home}\n`)
    expect(releaseOf(pidOf('a', 'web'))).toBe('1')
  })

  it('starts the new release in a new process, and touches no other', async () => {
    const before = [pidOf('a', 'web'), pidOf('b', 'web')]
    const text = readFileSync(join(host.home, 'programs/p-a-web.conf'), 'utf8')
    desk.write('app/new.py', '')
    expect((await desk.venvoy('deploy', 'a')).code).toBe(0)
    expect([isAlive(before[0]!), pidOf('b', 'web'), releaseOf(pidOf('a', 'web'))]).toEqual([false, before[1], '2'])
    expect(readFileSync(join(host.home, 'programs/p-a-web.conf'), 'utf8')).toBe(text)
    expect((await desk.venvoy('deploy', 'a')).stderr).toContain('a@web1: unchanged')
  })

  it('stops, starts and shows what was said', async () => {
    const before = pidOf('a', 'web')
    expect((await desk.venvoy('stop', 'a', '--service', 'web')).code).toBe(0)
    expect([isAlive(before), (await desk.venvoy('status', 'a')).stdout]).toEqual([
      false,
      expect.stringContaining('web stopped, job running'),
    ])
    expect((await desk.venvoy('start', 'a')).code).toBe(0)
    expect(isAlive(pidOf('a', 'web'))).toBe(true)
    expect((await desk.venvoy('logs', 'a', '--service', 'web', '-n', '1')).stdout).toBe(`${host.home}\n`)
  })

  it('one that does not stay up fails the deploy, and the release before serves again', async () => {
    desk.write('app/server.py', 'raise SystemExit("no database")\n')
    const { code, stderr } = await desk.venvoy('deploy', 'a')
    expect([code, stderr]).toEqual([1, expect.stringContaining('no database\n')])
    expect(releaseOf(pidOf('a', 'web'))).toBe('2')
    desk.write('app/server.py', server)
  })

  it('ends all that a command of several parts has started, when it leaves the file', async () => {
    const job = pidOf('a', 'job')
    write({ web: 'python server.py' })
    expect((await desk.venvoy('deploy', 'a')).code).toBe(0)
    expect([isAlive(job), programs()]).toEqual([false, ['p-a-web.conf', 'p-b-job.conf', 'p-b-web.conf']])
    const web = pidOf('a', 'web')
    expect((await desk.venvoy('remove', 'a', '--yes')).code).toBe(0)
    expect([isAlive(web), programs()]).toEqual([false, ['p-b-job.conf', 'p-b-web.conf']])
  })
})
