import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHost, type TestHost } from '../support/hosts.js'
import { type Desk, openDesk } from '../support/project.js'

/** One story, told in order: each test begins where the one before it ended. */
describe('wrappers', () => {
  let host: TestHost
  let desk: Desk
  const wrappers = [
    { to: 'manage', run: 'python where.py {{ instance }}' },
    { to: '~/bin/said-{{ instance }}', run: 'echo "$0" "$1" && which python' },
    { to: '~/bin/report-{{ instance }}', script: 'tools/report.py' },
  ]
  const write = (deploy: object, more: object = {}) =>
    desk.write('deploy.yml', {
      project: 'p',
      source: 'app',
      hosts: { web1: desk.know(host) },
      env: { WORD: "it's 100%" },
      deploy,
      instances: { a: { hosts: ['web1'] }, b: { hosts: ['web1'] } },
      ...more,
    })
  const venvoy = async (...args: string[]) => {
    const { code, stdout, stderr } = await desk.venvoy(...args)
    return { code, said: `${stdout}${stderr}`.replaceAll(host.home, '~') }
  }
  const inHome = (path: string) => join(host.home, path)
  /** As a person's shell or another program would: with hardly any env, from elsewhere. */
  const call = (path: string, ...args: string[]) =>
    execFileSync(inHome(path), args, { env: { PATH: '/usr/bin:/bin' }, cwd: '/', encoding: 'utf8' }).replaceAll(
      host.home,
      '~',
    )
  const stamps = () => ['apps/p-a/bin/manage', 'bin/said-a', 'bin/report-a'].map((path) => statSync(inHome(path)).ino)

  beforeAll(async () => {
    desk = openDesk()
    host = await startHost('embedded')
    desk.write('app/where.py', 'import os, sys; print(os.environ["WORD"], sys.prefix.split("/")[-1], *sys.argv[1:])\n')
    desk.write('app/tools/report.py', '#!/usr/bin/env python3\nimport sys\nprint("one", sys.prefix, *sys.argv[1:])\n')
  })
  afterAll(async () => {
    desk.remove()
    await host.stop()
  })

  it('lead into the release that serves, with their arguments, and are told by the plan', async () => {
    write({ wrappers })
    expect((await venvoy('plan', 'a')).said).toContain('+ wrapper ~/bin/report-a: tools/report.py')
    expect((await venvoy('deploy', '--all', '--yes')).code).toBe(0)
    expect(call('apps/p-a/bin/manage', 'x  y', '*')).toBe("it's 100% p-a a x  y *\n")
    expect(call('bin/said-b', '$1')).toMatch(/^\S+run \$1\n~\/\.virtualenvs\/.*\/p-b\/bin\/python\n$/)
    expect(call('bin/report-a', '1')).toBe('one ~/apps/p-a/current/venv 1\n')
    expect(readFileSync(inHome('bin/report-a'), 'utf8').split('\n')[0]).toBe(
      `#!${inHome('apps/p-a/current/venv/bin/python')}`,
    )
  })

  it('are not touched where they are the same, come back where they are gone, and follow their script', async () => {
    const before = stamps()
    expect((await venvoy('deploy', 'a')).said).toContain('unchanged')
    write({ wrappers: [{ ...wrappers[0], run: 'echo other' }, ...wrappers.slice(1)] })
    const { said } = await venvoy('deploy', 'a', '-v')
    expect(said).toContain('~ wrapper ~/apps/p-a/bin/manage: echo other')
    expect(said).not.toContain('write wrappers')
    expect([stamps(), call('apps/p-a/bin/manage', '2')]).toEqual([before, 'other 2\n'])
    desk.write('app/tools/report.py', 'print("two")\n')
    expect((await venvoy('deploy', 'a')).code).toBe(0)
    expect([call('bin/report-a'), stamps().slice(0, 2)]).toEqual(['two\n', before.slice(0, 2)])
    rmSync(inHome('bin/said-a'))
    expect((await venvoy('status', 'a')).said).toContain('serving; ~/bin/said-a is gone')
    expect((await venvoy('deploy', 'a')).said).toContain('write wrappers')
    expect((await venvoy('status', 'a')).said).not.toContain('is gone')
  })

  it('go back with the release, after a failure too', async () => {
    write({ wrappers: wrappers.slice(1, 2), after_switch: ['false'] })
    expect((await venvoy('deploy', 'a')).code).toBe(1)
    expect([call('bin/report-a'), call('apps/p-a/bin/manage')]).toEqual(['two\n', 'other\n'])
    write({ wrappers: wrappers.slice(1, 2) })
    expect((await venvoy('deploy', 'a')).code).toBe(0)
    expect([existsSync(inHome('bin/report-a')), existsSync(inHome('apps/p-a/bin'))]).toEqual([false, false])
    expect((await venvoy('rollback', 'a', '--yes')).code).toBe(0)
    expect([call('bin/report-a'), call('apps/p-a/bin/manage')]).toEqual(['two\n', 'other\n'])
  })

  it('are refused before anything is changed where a file is somebody else’s, or the tree lacks a script', async () => {
    const generation = readFileSync(inHome('apps/p-b/.venvoy/generation'), 'utf8')
    writeFileSync(inHome('bin/mine'), 'mine')
    const writeB = (wrapper: object) =>
      write({ wrappers }, { instances: { b: { hosts: ['web1'], deploy: { wrappers: [wrapper] } } } })
    writeB({ to: '~/bin/mine', run: 'true' })
    const mine = await venvoy('deploy', 'b')
    expect([mine.code, mine.said]).toEqual([1, expect.stringContaining("~/bin/mine exists and is not this instance's")])
    writeB({ to: '~/bin/x', script: 'no.py' })
    expect((await venvoy('plan', 'b')).said).toContain('has no file no.py')
    mkdirSync(inHome('closed'))
    writeFileSync(inHome('closed/file'), '')
    writeB({ to: '~/closed/file/x', run: 'true' })
    expect((await venvoy('deploy', 'b')).said).toContain('~/closed/file is no folder that this user may write to')
    expect(readFileSync(inHome('apps/p-b/.venvoy/generation'), 'utf8')).toBe(generation)
    expect(readFileSync(inHome('bin/mine'), 'utf8')).toBe('mine')
  })

  it('of the example do what its page says', async () => {
    cpSync('examples/wrappers', join(desk.project, 'shop'), { recursive: true })
    const file = readFileSync('examples/wrappers/deploy.yml', 'utf8')
    const ours = JSON.stringify(desk.know(host))
    desk.write('shop/deploy.yml', file.replace('web1: deploy@web1.example.com', `web1: ${ours}`))
    expect((await venvoy('-f', 'shop/deploy.yml', 'deploy', 'staging')).code).toBe(0)
    expect(call('bin/shop-staging', 'version')).toBe('staging at 8002 version\n')
    expect(call('bin/shop-tail-staging', '2')).toBe('1002 bread\n1003 ink\n')
    expect(call('apps/shop-staging/bin/which-python')).toBe('~/apps/shop-staging/current/venv\n')
    expect((await venvoy('-f', 'shop/deploy.yml', 'remove', 'staging', '--yes')).code).toBe(0)
  })

  it('are removed with the instance; what was changed by hand stays, and those of others', async () => {
    writeFileSync(inHome('bin/said-a'), 'changed')
    chmodSync(inHome('bin/said-a'), 0o755)
    write({ wrappers })
    const { code, said } = await venvoy('remove', 'a', '--yes')
    expect([code, said]).toEqual([0, expect.stringContaining('~/bin/said-a stays: it was changed by hand')])
    expect(readdirSync(inHome('bin')).sort()).toEqual(['mine', 'report-b', 'said-a', 'said-b'])
    expect(existsSync(inHome('apps/p-a'))).toBe(false)
  })
})
