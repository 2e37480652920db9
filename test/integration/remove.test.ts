import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostKindsFor, startHost, type TestHost } from '../support/hosts.js'
import { contentsOf, type Desk, differences, openDesk } from '../support/project.js'

/** One story, told in order: each test begins where the one before it ended. */
describe.each(hostKindsFor('removal'))('five instances on %s', (kind) => {
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
      instances: { 'client-{1..5}': { hosts: ['web1'] } },
    })
    const { code, stderr } = await desk.venvoy('deploy', '--all', '--yes')
    expect([code, stderr]).toEqual([0, expect.any(String)])
  })
  afterAll(async () => {
    desk.remove()
    await host.stop()
  })

  /** All that is not of client-3. The folders that hold it change with it, and locks are taken. */
  const others = (): string[] =>
    contentsOf(host.home).filter(
      (line) => !line.includes('p-client-3') && !/^\.virtualenvs\/\.venvoy\/(lock|trash)\//.test(line),
    )
  const apps = () => readdirSync(join(host.home, 'apps')).sort()

  it('asks before one is removed, and says with --dry-run what would go', async () => {
    const before = contentsOf(host.home)
    expect((await desk.venvoy('remove', 'client-3')).stderr).toBe(
      'not confirmed: Remove client-3 on web1, with all releases and venvs?\n  try: add --yes\n',
    )
    const dry = await desk.venvoy('remove', 'client-3', '--dry-run')
    const fingerprint = /\.venvoy\/([0-9a-f]{16})/.exec(dry.stdout)?.[1] ?? 'none'
    expect([
      dry.code,
      desk
        .mask(dry.stdout)
        .replace(fingerprint, 'FP')
        .replace(/content \w+/, 'REVISION'),
    ]).toEqual([
      0,
      [
        'client-3@web1: 1 step',
        '  - remove client-3 from ~/apps/p-client-3',
        '    1 release; REVISION serves',
        '    ~/apps/p-client-3/shared, with all that is in it',
        '    ~/.virtualenvs/p-client-3',
        '    HOME1/.virtualenvs/.venvoy/FP/p-client-3, unless another instance needs it',
        '',
      ].join('\n'),
    ])
    expect(differences(before, contentsOf(host.home))).toEqual([])
  })

  it('removes one, and leaves the others as they were, byte by byte', async () => {
    const before = others()
    const said = await desk.venvoy('remove', 'client-3', '--yes')
    expect([said.code, said.stderr]).toEqual([0, expect.stringContaining('client-3@web1: changed\n1 changed in ')])
    expect(differences(before, others())).toEqual([])
    expect(before.length).toBeGreaterThan(100)
    expect(contentsOf(host.home).filter((line) => /p-client-3/.test(line) && !line.includes('/lock/'))).toEqual([])
    expect(apps()).toEqual(['p-client-1', 'p-client-2', 'p-client-4', 'p-client-5'])
    expect((await desk.venvoy('exec', '-i', 'client-4', '--', 'python hello.py')).stdout).toBe('hello\n')
  })

  it('has nothing to do the second time', async () => {
    expect((await desk.venvoy('remove', 'client-3', '--yes')).stderr).toContain('client-3@web1: unchanged\n')
  })

  it('the next deploy begins anew', async () => {
    expect((await desk.venvoy('deploy', 'client-3')).code).toBe(0)
    expect(readlinkSync(join(host.home, 'apps/p-client-3/current'))).toBe('releases/1')
    expect(existsSync(join(host.home, '.virtualenvs/p-client-3/bin/python'))).toBe(true)
  })
})
