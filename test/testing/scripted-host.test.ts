import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Task } from '../../src/index.js'
import { param, task } from '../../src/index.js'
import { runDynamic } from '../../src/run/dynamic.js'
import type { Run } from '../../src/run/run.js'
import { runTasks } from '../../src/run/tasks.js'
import { emptyContext } from '../../src/shell/context.js'
import { type ScriptedHost, scriptedHost } from '../../src/testing/index.js'
import { hostSpec, runStep, testRun } from '../support/run.js'

const web1 = hostSpec('web1')
const runOn = (host: ScriptedHost): Run => testRun({ connect: async () => host }).run

async function run(host: ScriptedHost, tested: Task, values = {}) {
  const target = { host: web1, context: emptyContext, folder: '/', values }
  const [result] = await runDynamic(runOn(host), tested, [target])
  return result!
}

describe('a scripted host', () => {
  it('answers commands, and remembers them', async () => {
    const host = scriptedHost({
      'python3 --version': 'Python 3.11.9',
      'test -e maintenance': { code: 1 },
      'printf x': { stdout: 'x', stderr: 'y' },
    })
    const seen: unknown[] = []
    const result = await run(
      host,
      task('t', async (c) => {
        seen.push((await c.run('python3 --version')).stdout, await c.test('test -e maintenance'))
        const { stdout, stderr, code } = await c.run('printf x')
        seen.push(stdout, stderr, code)
      }),
    )
    expect([result.outcome, seen]).toEqual(['ok', ['Python 3.11.9\n', false, 'x', 'y', 0]])
    expect(host.commands()).toEqual(['python3 --version', 'test -e maintenance', 'printf x'])
  })

  it('finds the command within all that surrounds it', async () => {
    const host = scriptedHost({ 'one || exit\ntwo': '1', whoami: 'www' })
    const tested = task('t', { params: { name: param.string({ required: true }) } }, (c, { name }) =>
      c.prefix('workon class', (c) =>
        c.cd('/srv', async (c) => {
          await c.run('one || exit\ntwo')
          await c.sudo('whoami', { user: 'www' })
          await c.run(`unknown ${name}`, { warnOnly: true })
        }),
      ),
    )
    expect((await run(host, tested, { name: 'x' })).outcome).toBe('ok')
    expect(host.calls.map(({ command, user }) => [command, user])).toEqual([
      ['one || exit\ntwo', undefined],
      ['whoami', 'www'],
      ['unknown x', undefined],
    ])
    expect(host.calls[0]!.script).toMatch(
      /export VENVOY_PARAM_name='x' \|\| exit\n\{ workon class\n\} \|\| exit\ncd -- \/srv \|\| exit\none \|\| exit\ntwo$/,
    )
  })

  it('fails what the script does not have, and says what it has', async () => {
    const result = await run(
      scriptedHost({ uptime: 'up' }),
      task('t', (c) => c.run('uptiem')),
    )
    expect(result.failure).toEqual({
      kind: 'command',
      where: 'web1',
      what: 'uptiem: exited with 127',
      why: ['the scripted host has no answer for "uptiem"; it has: "uptime"'],
      next: 'venvoy run x -H web1',
    })
  })

  it('answers one after the other, by a function, or otherwise', async () => {
    const host = scriptedHost(
      { next: ['a', { code: 3 }, 'b'], who: ({ user = 'me' }) => user },
      { otherwise: ({ command }) => (command.startsWith('echo ') ? command.slice(5) : undefined) },
    )
    const said: unknown[] = []
    const out = async (run: Promise<{ stdout: string; code: number }>) => {
      const { stdout, code } = await run
      said.push(stdout.trim() || code)
    }
    await run(
      host,
      task('t', async (c) => {
        for (let i = 0; i < 4; i++) await out(c.run('next', { warnOnly: true }))
        await out(c.run('who'))
        await out(c.sudo('who'))
        await out(c.run('echo hi'))
        await out(c.run('other', { warnOnly: true }))
      }),
    )
    expect(said).toEqual(['a', 3, 'b', 'b', 'me', 'root', 'hi', 127])
  })

  it('has facts, which count as no command', async () => {
    const host = scriptedHost({ true: '' }, { facts: { os: 'alpine', isRoot: true, pythons: ['3.9', '3.12'] } })
    const seen: unknown[] = []
    const asks = task('t', async (c) => {
      await c.run('true')
      const { os, osVersion, isRoot, cpus, pythons, sudo } = await c.facts()
      await c.cd('/', async (c) => seen.push((await c.facts()).os))
      seen.push(os, osVersion, isRoot, cpus, pythons, sudo)
    })
    expect((await run(host, asks)).outcome).toBe('ok')
    expect([seen, host.commands()]).toEqual([['alpine', 'alpine', '12', true, 2, ['3.9', '3.12'], true], ['true']])
  })

  it('can be killed', async () => {
    const result = await run(
      scriptedHost({ work: { signal: 'KILL' } }),
      task('t', (c) => c.run('work')),
    )
    expect(result.failure?.what).toBe('work: was killed by KILL')
  })

  it('runs the steps of a task, up to the first that fails', async () => {
    const host = scriptedHost({ one: '1', two: { code: 4 }, three: '3' })
    const steps = ['one', 'two', 'three'].map((text) => runStep(text))
    const [result] = await runTasks(runOn(host), [{ host: web1, steps }], 'kill')
    expect([result!.outcome, host.commands()]).toEqual(['failed', ['one', 'two']])
  })

  it('answers file steps by their kind and path, and remembers what they were told', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'venvoy-scripted-'))
    writeFileSync(join(folder, 'big'), 'x'.repeat(100_000))
    const host = scriptedHost({
      'template /etc/app.conf': { changed: false },
      'upload /srv/big': '',
      'line hosts': { code: 1, stderr: 'read-only\n' },
      'download /var/log/app': { files: { '': 'grün\n' } },
    })
    const tested = task('t', async (c) => {
      const { changed } = await c.template({ text: 'a=ü {{ b }}', to: '/etc/app.conf', vars: { b: 1 } })
      if (!changed) await c.user('www', (c) => c.upload({ from: 'big', to: '/srv/big' }))
      await c.download({ from: '/var/log/app', to: 'log' })
      await c.cd('/etc', (c) => c.line({ in: 'hosts', line: 'x' }))
    })
    try {
      const [result] = await runDynamic(runOn(host), tested, [{ host: web1, context: emptyContext, folder }])
      expect(result?.failure).toMatchObject({ what: 'line in hosts: exited with 1', why: ['read-only'] })
      expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('grün\n')
    } finally {
      rmSync(folder, { recursive: true })
    }
    expect(host.commands()).toEqual([
      ...['template /etc/app.conf', 'upload /srv/big', 'download /var/log/app', 'line hosts'],
    ])
    const [template, upload, , line] = host.calls
    expect(template?.file).toEqual({ kind: 'template', path: '/etc/app.conf', text: 'a=ü 1', secret: false })
    expect([upload?.user, upload?.file?.entries]).toEqual([
      'www',
      [expect.objectContaining({ path: '', size: 100_000 })],
    ])
    expect(line?.file).toMatchObject({ cwd: '/etc', line: 'x', create: false })
  })
})
