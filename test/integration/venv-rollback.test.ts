import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHost, type TestHost } from '../support/hosts.js'
import { contentsOf, type Desk, differences, jsonLines, openDesk } from '../support/project.js'

/** One story, told in order: each test begins where the one before it ended. */
describe('an instance on two hosts, and one without a source', () => {
  let hosts: TestHost[]
  let desk: Desk

  beforeAll(async () => {
    desk = openDesk()
    hosts = await Promise.all([startHost('sshd', { login: 'dash' }), startHost('embedded')])
    const known = { web1: desk.know(hosts[0]!), web2: desk.know(hosts[1]!) }
    desk.write('app/hello.py', 'print("one")\n')
    for (const version of ['one', 'two']) {
      desk.write('deploy.yml', {
        project: 'p',
        hosts: known,
        venv: { post_install: `echo ${version} >"$VIRTUAL_ENV/version"` },
        instances: { main: { hosts: ['web1', 'web2'], source: 'app' }, tools: { hosts: ['web1'] } },
        deploy: { before_switch: ['echo before >>"$HOME/ran"'], after_switch: ['echo after >>"$HOME/ran"'] },
      })
      await Promise.all([desk.venvoy('deploy', 'main'), desk.venvoy('venv', 'create', 'tools')])
    }
  })
  afterAll(async () => {
    desk.remove()
    await Promise.all(hosts.map((each) => each.stop()))
  })

  const at = (host: number, path: string) => join(hosts[host]!.home, path)
  const currents = () => hosts.map(({ home }) => readlinkSync(join(home, 'apps/p-main/current')))
  const versions = () => hosts.map(({ home }) => readFileSync(join(home, '.virtualenvs/p-main/version'), 'utf8').trim())
  const stores = () => hosts.map(({ home }) => readdirSync(join(home, '.virtualenvs/.venvoy')))
  const tools = () => readlinkSync(at(0, '.virtualenvs/p-tools'))
  const ran = () => readFileSync(at(1, 'ran'), 'utf8').trim().split('\n')

  it('asks first, and says with --dry-run what it would do', async () => {
    const asked = await desk.venvoy('venv', 'rollback', 'main')
    expect([asked.code, asked.stderr]).toEqual([
      2,
      'not confirmed: Go back to the venv before: main on web1, main on web2?\n  try: add --yes\n',
    ])
    const before = hosts.map(({ home }) => contentsOf(home))
    const said = await desk.venvoy('venv', 'rollback', 'main', '--dry-run', '-H', 'web1')
    // `venv 0f3c9a1b2d4e5f60`, `Python 3.11.2`, `content 0f3c9a1`, `built 2026-…`
    expect([said.code, said.stdout.replace(/[0-9a-f]{16}|(?<=built |Python |content ).*/g, 'X')]).toEqual([
      0,
      [
        'main@web1: 4 steps',
        '  ~ check venv X: Python X',
        '    built X',
        '  ~ make release 3: the files of release 2, with venv X',
        '    content X',
        '  ~ switch to release 3',
        '    from release 2',
        '  ~ echo after >>"$HOME/ran"',
        '',
      ].join('\n'),
    ])
    expect(hosts.flatMap(({ home }, i) => differences(before[i]!, contentsOf(home)))).toEqual([])
  })

  it('goes back on no host where one of them cannot', async () => {
    const config = join(realpathSync(at(1, 'apps/p-main/releases/1/venv')), 'pyvenv.cfg')
    renameSync(config, `${config}.away`)
    const said = await desk.venvoy('venv', 'rollback', 'main', '--yes')
    expect([said.code, currents()]).toEqual([1, ['releases/2', 'releases/2']])
    expect(said.stderr).toContain('main on web1: prepared, but not switched, because web2 could not be prepared')
    renameSync(`${config}.away`, config)
  })

  it('gives both the venv before, and builds nothing', async () => {
    const before = stores()
    expect(versions()).toEqual(['two', 'two'])
    expect((await desk.venvoy('venv', 'rollback', 'main', '--yes')).code).toBe(0)
    expect([versions(), stores()]).toEqual([['one', 'one'], before])
    expect(ran().slice(-3)).toEqual(['before', 'after', 'after'])
  })

  it('is passed by where releases are rolled back', async () => {
    expect((await desk.venvoy('rollback', 'main', '--dry-run', '-H', 'web2')).stdout).toContain('switch to release 1')
  })

  it('tells which venvs there were', async () => {
    const said = await desk.venvoy('venv', 'history', '--json')
    const rows = jsonLines(said).find(({ type }) => type === 'run:table')?.rows as Record<string, string>[]
    const of = (instance: string) =>
      rows.filter((row) => row.instance === instance && row.host === 'web1').map(({ what, state }) => [what, state])
    expect(of('main')).toEqual([
      ['venv-rollback', 'active'],
      ['deploy', 'there'],
      ['deploy', 'active'],
    ])
    expect(of('tools')).toEqual([
      ['create', 'active'],
      ['create', 'there'],
    ])
  })

  it('the next deploy goes forward again, and builds nothing', async () => {
    const before = stores()
    expect((await desk.venvoy('deploy', 'main')).code).toBe(0)
    expect([versions(), stores()]).toEqual([['two', 'two'], before])
  })

  it('turns the link where there is no release', async () => {
    const now = tools()
    const before = contentsOf(at(0, 'apps/p-main'))
    expect((await desk.venvoy('venv', 'rollback', 'tools', '--yes')).code).toBe(0)
    expect([tools() === now, existsSync(join(tools(), 'bin/python'))]).toEqual([false, true])
    const fingerprint = now.split('/').at(-2)!
    expect((await desk.venvoy('venv', 'rollback', 'tools', '--yes', '--to', fingerprint.slice(0, 6))).code).toBe(0)
    expect(tools()).toBe(now)
    const again = await desk.venvoy('venv', 'rollback', 'tools', '--yes', '--to', fingerprint)
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('1 unchanged')])
    expect(differences(before, contentsOf(at(0, 'apps/p-main')))).toEqual([])
  })

  it('waits its turn like a deploy', async () => {
    await desk.venvoy('deploy-lock', 'hold', 'main', '--reason', 'the audit')
    const said = await desk.venvoy('venv', 'rollback', 'main', '--yes')
    expect([said.code, said.stderr]).toEqual([5, expect.stringContaining('deploys are held by')])
    expect(versions()).toEqual(['two', 'two'])
  })
})
