import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HostKind, hostKinds, type StepShell, startHost, type TestHost } from '../support/hosts.js'
import { isAlive, until } from '../support/processes.js'
import { type Desk, jsonLines, openDesk } from '../support/project.js'
import { product, sampleOf } from '../support/sample.js'
import type { LoginShell } from '../support/sshd.js'

const logins: LoginShell[] = ['bash', 'dash', 'busybox', 'tcsh', 'fish']
const shells: StepShell[] = ['dash', 'bash', 'busybox']

let host: TestHost
let desk: Desk

async function begin(kind: HostKind, login: LoginShell = 'dash', sh: StepShell = 'dash'): Promise<void> {
  host = await startHost(kind, { login, sh })
  desk = openDesk()
}

afterEach(async () => {
  desk.remove()
  await host.stop()
})

/** A step with a child beside it and one below it, all of which write down who they are. */
const family =
  'echo $$ >>"$HOME/pids"; sleep 300 & echo $! >>"$HOME/pids"; sh -c \'echo $$ >>"$HOME/pids"; echo ready; sleep 301\''

const deploy = (tasks: object) => desk.write('deploy.yml', { project: 'p', hosts: { web1: desk.know(host) }, tasks })

const pids = (): number[] => readFileSync(join(host.home, 'pids'), 'utf8').trim().split('\n').map(Number)
const survivors = (): number[] => pids().filter(isAlive)
const has = (name: string): boolean => existsSync(join(host.home, name))

describe.each(sampleOf('stops', product(hostKinds, logins, shells)))('on %s with %s and %s', (kind, login, sh) => {
  beforeEach(() => begin(kind, login, sh))

  it('a timeout ends the step and all that it started; what comes after it goes its way', async () => {
    deploy({
      slow: { on: 'hosts', run: [{ run: family, timeout: 1, title: 'slow' }, 'touch "$HOME/after"'] },
    })
    const said = await desk.venvoy('run', 'slow')
    expect(survivors()).toEqual([])
    expect(pids()).toHaveLength(3)
    expect({ ...said, stderr: desk.mask(said.stderr) }).toEqual({
      code: 1,
      stdout: 'ready\n',
      stderr: [
        'web1: slow: took longer than 1 s and was stopped, with all that it had started',
        `  ran: ${family}`,
        '  try: venvoy run -H web1 slow',
        '',
      ].join('\n'),
    })
    expect(has('after')).toBe(false)
  })

  it('a Ctrl-C ends the step and all that it started, says so, and gives 130', async () => {
    deploy({ slow: { on: 'hosts', run: [{ run: family, title: 'slow' }, 'touch "$HOME/after"'] } })
    const call = desk.start(['run', 'slow'])
    await call.says('ready')
    call.kill('SIGINT')
    expect(await call.end).toEqual({
      code: 130,
      stdout: 'ready\n',
      stderr: [
        'warning: stopping what runs; Ctrl-C once more leaves at once',
        'web1: slow: was stopped, with all that it had started; not begun: 1 more step',
        `  ran: ${family}`,
        '  try: venvoy run -H web1 slow',
        '',
      ].join('\n'),
    })
    expect([survivors(), has('after')]).toEqual([[], false])
  })
})

describe.each(hostKinds)('on %s', (kind) => {
  beforeEach(() => begin(kind))

  it('a second Ctrl-C leaves at once', async () => {
    const stubborn = `trap '' TERM INT HUP; echo $$ >"$HOME/pids"; echo ready; while :; do sleep 1; done`
    deploy({ stubborn: { on: 'hosts', run: stubborn } })
    const call = desk.start(['run', 'stubborn'])
    await call.says('ready')
    call.kill('SIGINT')
    await call.says('once more leaves at once')
    call.kill('SIGINT')
    expect((await call.end).code).toBe(130)
    await until('what was left is stopped', () => survivors().length === 0)
  })

  it('a timeout of a step that may fail lets the next one run', async () => {
    deploy({ warned: { on: 'hosts', run: [{ run: 'sleep 300', timeout: 1, warn_only: true }, 'echo after'] } })
    expect((await desk.venvoy('run', 'warned')).stdout).toBe('after\n')
  })

  it('a Ctrl-C while it connects, or before anything runs, gives 130', async () => {
    deploy({ slow: { on: 'hosts', run: 'sleep 300' } })
    const call = desk.start(['run', '--json', 'slow'])
    await call.says('host:connect')
    call.kill('SIGINT')
    const said = await call.end
    const report = jsonLines(said).at(-1)
    expect([said.code, report?.exitCode]).toEqual([130, 130])
  })

  it('a Ctrl-C leaves the steps of a task in code unrun', async () => {
    deploy({})
    desk.write(
      'tasks/slow.ts',
      `import { task } from 'venvoy'
export const slow = task('slow', async (c) => {
  await c.run(${JSON.stringify(family)})
  await c.run('touch "$HOME/after"')
}, { on: 'hosts' })
`,
    )
    const call = desk.start(['run', 'slow'])
    await call.says('ready')
    call.kill('SIGINT')
    expect([(await call.end).code, survivors(), has('after')]).toEqual([130, [], false])
  })

  it('stops only what was asked to stop: a daemon of an earlier step goes on', async () => {
    deploy({
      slow: {
        on: 'hosts',
        run: ['setsid sleep 300 >/dev/null 2>&1 & echo $! >"$HOME/daemon"', { run: 'echo ready; sleep 301' }],
      },
    })
    const call = desk.start(['run', 'slow'])
    await call.says('ready')
    call.kill('SIGINT')
    expect((await call.end).code).toBe(130)
    const daemon = Number(readFileSync(join(host.home, 'daemon'), 'utf8'))
    expect(isAlive(daemon)).toBe(true)
    process.kill(daemon, 'SIGKILL')
  })
})
