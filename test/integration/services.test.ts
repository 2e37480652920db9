import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHost, type TestHost } from '../support/hosts.js'
import { until } from '../support/processes.js'
import { contentsOf, type Desk, differences, openDesk } from '../support/project.js'

/** A service that says where it is, and ends in good order. */
const server = `import os, signal, sys, time
def end(*_):
    print('good bye')
    sys.stdout.flush()
    sys.exit()
signal.signal(signal.SIGTERM, end)
print('hello from', os.getcwd().split('/')[-2], os.environ.get('WORD'), 'KEY' in os.environ)
sys.stdout.flush()
while True:
    time.sleep(0.05)
`

/** One story, told in order: each test begins where the one before it ended. */
describe('services kept by pid files', () => {
  let host: TestHost
  let desk: Desk
  const config = (more: object = {}) => ({
    project: 'p',
    source: 'app',
    hosts: { web1: desk.know(host) },
    service_manager: 'pidfile',
    env: { KEY: { '!secret': 1 } },
    services: { web: 'python server.py', job: { run: 'exec python server.py; true', env: { WORD: 'job' } } },
    instances: { a: { hosts: ['web1'] }, b: { hosts: ['web1'] } },
    ...more,
  })
  const write = (more: object = {}) => {
    const text = JSON.stringify(config(more), undefined, 2)
    desk.write('deploy.yml', text.replace(/\{\s*"!secret": 1\s*\}/, '!secret KEY'))
  }
  const venvoy = (...args: string[]) => desk.start(args, { env: { KEY: 'hunter2' } }).end

  beforeAll(async () => {
    desk = openDesk()
    host = await startHost('sshd', { login: 'dash' })
    desk.write('app/server.py', server)
    write()
  })
  afterAll(async () => {
    await venvoy('remove', 'a', 'b', '--yes')
    desk.remove()
    await host.stop()
  })

  const at = (path: string) => join(host.home, 'apps', path)
  const pidOf = (instance: string, service: string) =>
    Number(readFileSync(at(`p-${instance}/.venvoy/services/${service}`), 'utf8').split(' ')[0])
  const isThere = (pid: number) =>
    existsSync(`/proc/${pid}/stat`) && !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  const logOf = (instance: string, service: string) => readFileSync(at(`p-${instance}/.venvoy/log/${service}`), 'utf8')

  it('the plan names them, and the first deploy starts them', async () => {
    const plan = await desk.venvoy('plan', 'a')
    expect(plan.stdout).toContain('  ~ start web, job\n')
    const said = await venvoy('deploy', '--all', '--yes')
    expect([said.code, said.stderr]).toEqual([0, expect.any(String)])
    expect(logOf('a', 'web')).toBe('hello from 1 None True\n')
    expect(logOf('b', 'job')).toBe('hello from 1 job True\n')
    const env = readFileSync(`/proc/${pidOf('a', 'web')}/environ`, 'utf8').split('\0')
    const venv = readlinkSync(at('p-a/releases/1/venv'))
    expect(env).toContain(`VIRTUAL_ENV=${venv}`)
    expect(readlinkSync(`/proc/${pidOf('a', 'web')}/fd/0`)).toBe('/dev/null')
    // Nothing of the helper lives on in it: no lock, no pipe.
    expect(readdirSync(`/proc/${pidOf('a', 'web')}/fd`)).toEqual(['0', '1', '2'])
  })

  it('secrets are in files of the owner alone, and in no log and no command line', async () => {
    const holding = contentsOf(host.home).filter((line) => line.includes('hunter2'))
    expect(holding).toEqual([])
    const env = at('p-a/releases/1/env')
    expect(readFileSync(env, 'utf8')).toContain("KEY='hunter2'")
    expect(readFileSync(`/proc/${pidOf('a', 'web')}/cmdline`, 'utf8')).not.toContain('hunter2')
    expect(readFileSync(at('p-a/run'), 'utf8')).not.toContain('hunter2')
  })

  it('a deploy with nothing to do touches none of them', async () => {
    const before = [contentsOf(host.home), pidOf('a', 'web')] as const
    const said = await venvoy('deploy', '--all', '--yes')
    expect([said.code, said.stderr]).toEqual([0, expect.stringContaining('2 unchanged')])
    expect(differences(before[0], contentsOf(host.home))).toEqual([])
    expect(pidOf('a', 'web')).toBe(before[1])
  })

  it('a deploy of the one starts its services anew, and leaves those of the other as they were', async () => {
    const pids = ['a', 'b'].map((name) => pidOf(name, 'web'))
    const others = contentsOf(at('p-b'))
    const run = readFileSync(at('p-a/run'))
    desk.write('app/new.py', '')
    const said = await venvoy('deploy', 'a', '-v')
    expect([said.code, said.stderr]).toEqual([0, expect.stringContaining('restart web, job')])
    expect(logOf('a', 'web')).toBe('hello from 1 None True\ngood bye\nhello from 2 None True\n')
    expect([isThere(pids[0]!), pidOf('b', 'web'), isThere(pids[1]!)]).toEqual([false, pids[1], true])
    expect([differences(others, contentsOf(at('p-b'))), readFileSync(at('p-a/run'))]).toEqual([[], run])
  })

  it('status tells who runs, and a deploy starts what has ended by itself', async () => {
    const before = pidOf('a', 'job')
    process.kill(pidOf('a', 'web'), 'SIGKILL')
    await until('it has ended', () => !isThere(pidOf('a', 'web')))
    const status = await desk.venvoy('status', 'a')
    expect(status.stdout).toMatch(/serving; web failed .* web failed, job running \d+ (second|minute)s?\n/)
    const said = await venvoy('deploy', 'a', '-v')
    expect([said.code, said.stderr]).toEqual([0, expect.stringContaining('start web\n')])
    expect([isThere(pidOf('a', 'web')), pidOf('a', 'job')]).toEqual([true, before])
  })

  it('a rollback starts those of the earlier release', async () => {
    const said = await venvoy('rollback', 'a', '--yes')
    expect([said.code, logOf('a', 'web').trim().split('\n').at(-1)]).toEqual([0, 'hello from 1 None True'])
  })

  it('stop, start and restart do what they say, to those that are named', async () => {
    const [web, job] = [pidOf('a', 'web'), pidOf('a', 'job')]
    expect((await desk.venvoy('stop', 'a', '--service', 'web')).code).toBe(0)
    expect([isThere(web), isThere(job)]).toEqual([false, true])
    expect((await desk.venvoy('status', 'a')).stdout).toContain('web stopped, job running')
    const started = await desk.venvoy('start', 'a')
    expect([started.code, pidOf('a', 'job'), isThere(pidOf('a', 'web'))]).toEqual([0, job, true])
    expect((await desk.venvoy('start', 'a')).stderr).toContain('a@web1: unchanged')
    expect((await desk.venvoy('restart', 'a', '--service', 'job')).code).toBe(0)
    expect([isThere(job), isThere(pidOf('a', 'job'))]).toEqual([false, true])
    const wrong = await desk.venvoy('restart', 'a', '--service', 'jab')
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('there is no service jab\n')])
  })

  it('of all instances, those are meant that have the service', async () => {
    write({ instances: { a: { hosts: ['web1'] }, b: { hosts: ['web1'], services: { job: null } } } })
    const said = await venvoy('restart', '--all', '--yes', '--service', 'job', '--dry-run')
    expect([said.code, said.stdout]).toEqual([0, expect.stringMatching(/^a@web1: 1 step\n(?!.*b@web1)/s)])
    write()
  })

  it('logs shows what they said, each line with its owner, or of one alone as it is', async () => {
    const one = await desk.venvoy('logs', 'b', '--service', 'web', '-n', '1')
    expect(one).toEqual({ code: 0, stdout: 'hello from 1 None True\n', stderr: '' })
    const all = await desk.venvoy('logs', '-n', '1')
    expect(all.stdout.split('\n').sort()).toEqual([
      '',
      'a/job | hello from 1 job True',
      'a/web | hello from 1 None True',
      'b/job | hello from 1 job True',
      'b/web | hello from 1 None True',
    ])
  })

  it('logs -f goes on until Ctrl-C, and leaves nothing behind', async () => {
    const call = desk.start(['logs', '-f', 'a', 'b'])
    await call.says('b/job | hello')
    writeFileSync(at('p-a/.venvoy/log/web'), 'something new\n', { flag: 'a' })
    await call.says('a/web | something new')
    call.kill('SIGINT')
    expect((await call.end).code).toBe(130)
    const followers = () =>
      readdirSync('/proc').filter((pid) => {
        if (!/^\d+$/.test(pid) || !existsSync(`/proc/${pid}/cmdline`)) return false
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`-F\0${at('')}`)
      })
    await until('it has ended', () => followers().length === 0)
  })

  it('one that does not stay up fails the deploy, with what it said last', async () => {
    desk.write('app/server.py', 'raise SystemExit("no database")\n')
    const { code, stderr } = await venvoy('deploy', 'b')
    expect([code, stderr]).toEqual([1, expect.stringContaining('    no database\n')])
    expect(stderr).toMatch(/service (web|job) does not run: its process ended within a second of its start\n/)
    expect(stderr).not.toContain('good bye')
    desk.write('app/server.py', server)
    expect((await venvoy('deploy', 'b')).code).toBe(0)
  })

  it('one that left the file is stopped, and remove stops all of its instance and no other', async () => {
    const job = pidOf('b', 'job')
    write({ services: { web: 'python server.py' } })
    const plan = await desk.venvoy('plan', 'b')
    expect(plan.stdout).toContain('    - service job\n')
    expect((await venvoy('deploy', 'b')).code).toBe(0)
    expect([isThere(job), isThere(pidOf('b', 'web')), existsSync(at('p-b/.venvoy/log/job'))]).toEqual([
      false,
      true,
      false,
    ])
    const [web, other] = [pidOf('b', 'web'), pidOf('a', 'web')]
    expect((await venvoy('remove', 'b', '--yes')).code).toBe(0)
    expect([isThere(web), isThere(other), existsSync(at('p-b'))]).toEqual([false, true, false])
  })
})
