import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostKindsFor, startHost, type TestHost } from '../support/hosts.js'
import { until } from '../support/processes.js'
import { type Call, type Desk, jsonLines, openDesk, type Said } from '../support/project.js'

/** One story, told in order: each test begins where the one before it ended. */
describe.each(hostKindsFor('the deploy lock'))('the deploy lock on %s', (kind) => {
  let host: TestHost
  let desk: Desk

  beforeAll(async () => {
    desk = openDesk()
    host = await startHost(kind, { login: 'dash' })
    desk.write('app/hello.py', 'print("hello")\n')
    desk.write('deploy.yml', {
      project: 'p',
      source: 'app',
      hosts: { web1: desk.know(host) },
      instances: { a: { hosts: ['web1'] }, b: { hosts: ['web1'] } },
      // A daemon of the user's must not keep the lock.
      deploy: {
        before_switch: [
          'echo $PPID >"$HOME/runner"; touch "$HOME/in"; while [ -e "$HOME/slow" ]; do sleep 0.1; done',
          'sleep 300 >/dev/null 2>&1 & echo $! >>"$HOME/pids"',
        ],
      },
    })
  })
  afterAll(async () => {
    for (const pid of readFileSync(join(host.home, 'pids'), 'utf8').split('\n').filter(Boolean)) {
      try {
        process.kill(Number(pid), 'SIGKILL')
      } catch {}
    }
    desk.remove()
    await host.stop()
  })

  const at = (path: string) => join(host.home, path)
  const change = (word: string) => desk.write('app/hello.py', `print("${word}")\n`)
  const current = () => readlinkSync(at('apps/p-a/current'))
  /** A deploy that has got as far as the user's command, and stays there. */
  const slowDeploy = async (...args: string[]): Promise<Call> => {
    for (const name of ['in', 'slow']) writeFileSync(at(name), '')
    rmSync(at('in'))
    const call = desk.start(['deploy', 'a', ...args])
    await until('the command runs', () => existsSync(at('in')), 30)
    return call
  }
  const goOn = () => rmSync(at('slow'), { force: true })
  const lockedText =
    /^a on web1: it is being deployed by \S+@\S+ since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \(venvoy deploy\)$/m

  it('is free when a deploy has ended, whatever the user’s commands left running', async () => {
    expect((await desk.venvoy('deploy', 'a')).code).toBe(0)
    change('two')
    expect((await desk.venvoy('deploy', 'a')).code).toBe(0)
    expect(current()).toBe('releases/2')
    expect(readdirSync(at('apps/p-a/.venvoy'))).toContain('lock')
  })

  it('keeps a second deploy out, who says who has it; another instance is not concerned', async () => {
    change('three')
    const first = await slowDeploy()
    const second = await desk.venvoy('deploy', 'a')
    expect([second.code, second.stderr]).toEqual([5, expect.stringMatching(lockedText)])
    expect(second.stderr).toContain('  try: venvoy deploy -i a -H web1 --lock-wait 5m\n')
    expect((await desk.venvoy('rollback', 'a', '--yes')).code).toBe(5)
    goOn()
    expect([(await desk.venvoy('deploy', 'b')).code, (await first.end).code, current()]).toEqual([0, 0, 'releases/3'])
  })

  it('--lock-wait waits, and plans from what it finds then', async () => {
    change('four')
    const first = await slowDeploy()
    change('five')
    const second = desk.start(['deploy', 'a', '--lock-wait', '1m'])
    await second.says('waiting for ')
    goOn()
    expect([(await first.end).code, (await second.end).code, current()]).toEqual([0, 0, 'releases/5'])
    expect(readFileSync(at('apps/p-a/current/tree/hello.py'), 'utf8')).toBe('print("five")\n')
  })

  it('is freed when the connection is cut, and when the deploy is interrupted', async () => {
    change('six')
    const first = await slowDeploy()
    host.cut()
    expect((await first.end).code).toBe(1)
    goOn()
    const second = await desk.venvoy('deploy', 'a', '--lock-wait', '30s')
    expect([second.code, second.stderr]).toEqual([0, expect.any(String)])
    change('seven')
    const third = await slowDeploy()
    third.kill('SIGINT')
    expect((await third.end).code).toBe(130)
    goOn()
    expect((await desk.venvoy('deploy', 'a', '--lock-wait', '30s')).code).toBe(0)
  })

  it('is freed when the runner is killed', async () => {
    change('eight')
    const first = await slowDeploy()
    process.kill(Number(readFileSync(at('runner'), 'utf8')), 'SIGKILL')
    expect((await first.end).code).toBe(1)
    goOn()
    const second = await desk.venvoy('deploy', 'a', '--lock-wait', '30s')
    expect([second.code, second.stderr]).toEqual([0, expect.any(String)])
    expect(readFileSync(at('apps/p-a/current/tree/hello.py'), 'utf8')).toBe('print("eight")\n')
  })

  it('is shown while it is held, and not afterwards', async () => {
    change('nine')
    const first = await slowDeploy()
    const states = async () => rowsOf(await desk.venvoy('deploy-lock', 'status', '--json')).map(({ state }) => state)
    expect(await states()).toEqual(['deploying', 'free'])
    goOn()
    await first.end
    expect(await states()).toEqual(['free', 'free'])
  })

  it('deploys can be held, and released', async () => {
    change('ten')
    const held = await desk.venvoy('deploy-lock', 'hold', 'a', '--reason', "it's Friday", '--until', '2099-01-01')
    expect([held.code, held.stderr]).toEqual([0, expect.stringContaining('a@web1: changed\n')])
    const { code, stderr } = await desk.venvoy('deploy', 'a', '--lock-wait', '1m')
    expect([code, stderr]).toEqual([5, expect.stringMatching(/^a on web1: deploys are held by \S+@\S+ since \S+Z$/m)])
    expect(stderr).toMatch(/^ {2}reason: it's Friday\n {2}until \S+Z\n {2}try: venvoy deploy-lock release a$/m)
    expect((await desk.venvoy('rollback', 'a', '--yes')).code).toBe(5)
    expect((await desk.venvoy('plan', 'a')).code).toBe(0)
    expect(rowsOf(await desk.venvoy('deploy-lock', 'status', 'a', '--json'))).toEqual([
      expect.objectContaining({ state: 'held', what: "it's Friday" }),
    ])
    expect((await desk.venvoy('deploy-lock', 'release', 'a')).code).toBe(0)
    expect((await desk.venvoy('deploy-lock', 'release', 'a')).stderr).toContain('a@web1: unchanged\n')
    expect((await desk.venvoy('deploy', 'a')).code).toBe(0)
  })

  it('a hold ends when its time has come', async () => {
    change('eleven')
    expect((await desk.venvoy('deploy-lock', 'hold', 'a', '--until', '2020-01-01')).code).toBe(0)
    expect((await desk.venvoy('deploy', 'a')).code).toBe(0)
  })
})

const rowsOf = (said: Said): Record<string, string>[] =>
  jsonLines(said).find(({ type }) => type === 'run:table')?.rows as Record<string, string>[]
