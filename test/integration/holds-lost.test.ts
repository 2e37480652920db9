import { existsSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { hostKinds, startHost, type TestHost } from '../support/hosts.js'
import { isAlive, processes, until } from '../support/processes.js'
import { type Desk, openDesk } from '../support/project.js'
import { type CountingProxy, startProxy } from '../support/proxy.js'
import { sampleOf } from '../support/sample.js'
import { record } from '../support/session.js'
import { controlSide, hostSpec } from '../support/ssh.js'

let host: TestHost
let desk: Desk
let proxy: CountingProxy

const cuts = {
  'the host ends the session': () => host.cut(),
  'the line is cut': () => proxy.drop(),
}
const losses = sampleOf(
  'losses',
  hostKinds.flatMap((kind) => (Object.keys(cuts) as (keyof typeof cuts)[]).map((how) => [kind, how] as const)),
)

const has = (name: string): boolean => existsSync(join(host.home, name))

describe.each(losses)('on %s, when %s', (kind, how) => {
  const cut = cuts[how]
  beforeEach(async () => {
    host = await startHost(kind, { login: 'dash' })
    proxy = await startProxy(host.port)
    desk = openDesk()
  })
  afterEach(async () => {
    await proxy.stop()
    await host.stop()
    desk.remove()
  })

  const project = (deploy: object, tasks: object = {}) => {
    desk.write('app/hello.py', 'print("hello")\n')
    desk.write('deploy.yml', {
      project: 'p',
      source: 'app',
      hosts: { web1: desk.know(host, { port: proxy.port }) },
      instances: { main: { hosts: ['web1'] } },
      deploy,
      tasks,
    })
  }

  it('before the switch, the running step is finished, no later one begins, and nothing is switched', async () => {
    project({
      before_switch: [
        { title: 'migrate', run: 'echo half way; sleep 1; echo done >"$HOME/first"' },
        'echo done >"$HOME/second"',
      ],
    })
    const call = desk.start(['deploy'])
    await call.says('migrate …')
    await until('the step has begun', () => call.said().stdout.includes('half way'))
    cut()
    const { code, stderr } = await call.end
    expect(code).toBe(1)
    expect(afterHeading(desk.mask(stderr), 'main@web1: migrate …')).toEqual([
      'main on web1: the connection was lost; the outcome is unknown after step "migrate"',
      '  ran: echo half way; sleep 1; echo done >"$HOME/first"',
      '  try: venvoy deploy -i main -H web1   (it starts from what is really there)',
      '1 unknown in TIME',
      'repeat: venvoy deploy',
    ])
    await until('the running step is finished', () => has('first'))
    await until('the runner has left', () => !runnersOf(host).some(isAlive))
    expect([has('second'), has('apps/p-main/current')]).toEqual([false, false])
    const again = await desk.venvoy('deploy')
    expect([again.code, has('second'), has('apps/p-main/current')]).toEqual([0, true, true])
  })

  it('after the switch, all that was to come is done, and the next deploy has nothing to do', async () => {
    project({
      after_switch: [
        { title: 'restart', run: 'echo half way; sleep 1; echo done >"$HOME/first"' },
        'echo more; echo done >"$HOME/second"',
      ],
    })
    const call = desk.start(['deploy'])
    await until('the step has begun', () => call.said().stdout.includes('half way'), 30)
    cut()
    const { code, stderr } = await call.end
    expect(code).toBe(1)
    expect(stderr).toContain('the connection was lost; the outcome is unknown after step "restart"\n')
    await until('both steps are done', () => has('first') && has('second'))
    expect(readlinkSync(join(host.home, 'apps/p-main/current'))).toMatch(/releases\/1$/)
    const again = await desk.venvoy('deploy')
    expect({ ...again, stderr: desk.mask(again.stderr) }).toEqual({
      code: 0,
      stdout: '',
      stderr: 'main@web1: unchanged\n1 unchanged in TIME\n',
    })
  })

  it('a task finishes its running step and begins no other', async () => {
    project({}, { two: { on: 'hosts', run: ['echo one; sleep 1; echo done >"$HOME/first"', 'echo >"$HOME/second"'] } })
    const call = desk.start(['run', 'two'])
    await call.says('one')
    cut()
    expect(await call.end).toEqual({
      code: 1,
      stdout: 'one\n',
      stderr: [
        'web1: the connection was lost; the outcome is unknown after step "echo one; sleep 1; echo done >"$HOME/first""',
        '  ran: echo one; sleep 1; echo done >"$HOME/first"',
        '  try: venvoy run -H web1 two   (it starts from what is really there)',
        '',
      ].join('\n'),
    })
    await until('the running step is finished', () => has('first'))
    await until('the runner has left', () => !runnersOf(host).some(isAlive))
    expect(has('second')).toBe(false)
  })

  it('exec ends what it started', async () => {
    project({})
    const call = desk.start(['exec', '-H', 'web1', '--', 'echo $$ >"$HOME/pid"; echo begun; sleep 300'])
    await call.says('begun')
    cut()
    expect((await call.end).code).toBe(1)
    const pid = Number(readFileSync(join(host.home, 'pid'), 'utf8'))
    await until('the command has ended', () => !isAlive(pid))
  })

  it('a step that always runs does, although the connection is lost', async () => {
    const here = controlSide()
    onTestFinished(() => here.remove())
    here.write('.ssh/known_hosts', host.knownHosts.replaceAll(`]:${host.port}`, `]:${proxy.port}`))
    const ssh = here.ssh({ overrides: { identityFile: here.write('.ssh/key', host.key) } })
    onTestFinished(() => ssh.close())
    const on = await record(await ssh.connect(hostSpec('web1', { port: proxy.port })), { lost: 'finish' })
    const { end } = await on.program(
      [
        { text: 'echo begun; sleep 1; touch "$HOME/first"' },
        { text: 'touch "$HOME/second"' },
        { text: 'sleep 0.2; touch "$HOME/always"', always: true },
      ],
      () => setTimeout(cut, 200),
    )
    expect(end).toEqual({ lost: true, end: {}, begun: true, step: 'p1.0' })
    await until('the last step is done', () => has('always'))
    expect([has('first'), has('second')]).toEqual([true, false])
  })
})

/** What stands behind a line, without the last newline. */
function afterHeading(text: string, heading: string): string[] {
  const lines = text.trimEnd().split('\n')
  return lines.slice(lines.indexOf(heading) + 1)
}

/** The runners on a host: their temporary folders are told apart by nothing, but their HOME is. */
const runnersOf = ({ home }: TestHost): number[] =>
  processes()
    .filter(({ args, env }) => args.startsWith('sh -c IFS=$3') && env.includes(`HOME=${home}\0`))
    .map(({ pid }) => pid)
