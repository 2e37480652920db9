import { execFileSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHost, type TestHost } from '../support/hosts.js'
import { contentsOf, type Desk, differences, openDesk } from '../support/project.js'

/**
 * What other deployers were found to do wrong, as it was published or as it was tried: each sentence says what must hold here.
 * One story, told in order: each test begins where the one before it ended.
 */
describe('what goes wrong elsewhere', () => {
  let host: TestHost
  let desk: Desk
  let count = 0
  /** What is in quotes, backticks or dollars stays what it is, and so does what cron and shells take for something else. */
  const odd = 'a "b" \'c\' $(touch x) `touch y` $HOME \\n % ! # ~ ; & | <\ttab>\nnext line'

  const write = (deploy: object = {}, more: object = {}) =>
    desk.write('deploy.yml', {
      project: 'p',
      source: 'app',
      hosts: { web1: desk.know(host) },
      env: { ODD: odd },
      deploy: { keep: 2, ...deploy },
      instances: { a: { hosts: ['web1'] } },
      ...more,
    })
  const change = () => desk.write('app/word', `word ${++count}\n`)
  const venvoy = async (...args: string[]) => {
    const { code, stdout, stderr } = await desk.venvoy(...args)
    return { code, said: `${stdout}${stderr}`.replaceAll(host.home, '~') }
  }
  const to = (path = '') => join(host.home, 'apps/p-a', path)
  const current = () => Number(readlinkSync(to('current')).slice('releases/'.length))
  const releases = () => readdirSync(to('releases')).map(Number).sort()
  const deploys = async () => {
    change()
    const { code, said } = await venvoy('deploy', 'a')
    return { code, said }
  }

  beforeAll(async () => {
    desk = openDesk()
    host = await startHost('embedded')
    write()
  })
  afterAll(async () => {
    desk.remove()
    await host.stop()
  })

  it('a rollback with one release says so and takes nothing away', async () => {
    desk.write('app/gone.py', '')
    expect((await deploys()).code).toBe(0)
    const before = contentsOf(to('releases'))
    const { code, said } = await venvoy('rollback', 'a', '--yes')
    expect([code, said]).toEqual([1, expect.stringMatching(/no (earlier )?release/)])
    expect([current(), differences(before, contentsOf(to('releases')))]).toEqual([1, []])
  })

  it('a switch that was killed before its rename is not finished by the next one', async () => {
    symlinkSync('releases/1', to('.venvoy/next'))
    expect((await deploys()).code).toBe(0)
    expect([current(), existsSync(to('.venvoy/next'))]).toEqual([2, false])
    for (const number of [1, 2])
      expect(readdirSync(to(`releases/${number}`)).filter((name) => /^\d+$|next|current/.test(name))).toEqual([])
  })

  it('a rollback goes by what has served, not by the times of folders, and not to what was interrupted', async () => {
    // The newest by number was never whole, the newest by time is the one that serves.
    mkdirSync(to('releases/3/tree'), { recursive: true })
    utimesSync(to('releases/1'), 1, 1)
    utimesSync(to('releases/2'), 4e9, 4e9)
    expect((await venvoy('rollback', 'a', '--yes')).code).toBe(0)
    expect(current()).toBe(1)
    // As often as one likes: the link stays right.
    expect((await venvoy('rollback', 'a', '--to', '2', '--yes')).code).toBe(0)
    expect((await venvoy('rollback', 'a', '--yes')).code).toBe(0)
    expect([current(), existsSync(to('current/release.json'))]).toEqual([1, true])
  })

  it('what serves after a rollback outlives the next deploys, and what was interrupted goes', async () => {
    write({ keep: 1, before_switch: ['false'] })
    expect((await deploys()).code).toBe(1)
    expect([current(), existsSync(to('current/tree/word'))]).toEqual([1, true])
    write({ keep: 1 })
    expect((await deploys()).code).toBe(0)
    // What a rollback would go to stays, whatever `keep` says.
    expect([releases().includes(1), existsSync(to('releases/3'))]).toEqual([true, false])
  })

  it('failed deploys, however many, push out nothing that has served', async () => {
    const good = current()
    for (const hook of ['before_switch', 'after_switch', 'before_switch']) {
      write({ keep: 1, [hook]: ['kill -KILL $$'] })
      // A command that is killed has failed, and the signal is named.
      const { code, said } = await deploys()
      expect([code, said]).toEqual([1, expect.stringContaining('was killed by KILL')])
      expect(current()).toBe(good)
    }
    write({ keep: 1 })
    expect((await venvoy('rollback', 'a', '--yes')).code).toBe(0)
    expect(current()).toBe(1)
  })

  it('what has gone from the source is gone, also where the release before was removed by hand', async () => {
    rmSync(to('releases/1'), { recursive: true, force: true })
    rmSync(join(desk.project, 'app/gone.py'))
    const { code, said } = await deploys()
    expect([code, said]).toEqual([1, expect.stringContaining('a link that leads nowhere')])
    expect(said).toContain('mv ~/apps/p-a/current ~/apps/p-a/current.before-venvoy')
    rmSync(to('current'))
    expect((await deploys()).code).toBe(0)
    expect(readdirSync(to('current/tree')).sort()).toEqual(['word'])
  })

  it('a folder in the place of current is refused, and nothing is put into it', async () => {
    renameSync(to('current'), to('kept'))
    mkdirSync(to('current'))
    writeFileSync(to('current/mine'), '')
    const { code, said } = await deploys()
    expect([code, said]).toEqual([1, expect.stringContaining('is a folder, not a link')])
    expect([lstatSync(to('current')).isDirectory(), readdirSync(to('current'))]).toEqual([true, ['mine']])
    rmSync(to('current'), { recursive: true })
    renameSync(to('kept'), to('current'))
  })

  it('values arrive as they are: in hooks, in commands, and by the script of the instance', async () => {
    const said = 'printf %s "$ODD" >"$HOME/said"'
    write({ before_switch: [said] })
    expect((await deploys()).code).toBe(0)
    expect(readFileSync(join(host.home, 'said'), 'utf8')).toBe(odd)
    const exec = await desk.venvoy('exec', '-i', 'a', '--', 'printf', '%s|', 'x  y', '$HOME', "'", odd, '')
    expect(exec.stdout).toBe(`x  y|$HOME|'|${odd}||`)
    const run = execFileSync(to('run'), ['--', 'sh', '-c', 'printf %s "$ODD"'], { env: { PATH: '/usr/bin:/bin' } })
    expect(String(run)).toBe(odd)
    expect(readdirSync(to('current/tree')).sort()).toEqual(['word'])
  })

  it('instances whose names begin alike do not touch one another', { timeout: 120_000 }, async () => {
    const names = ['a', 'a2', 'a-b']
    const alike = { instances: Object.fromEntries(names.map((name) => [name, { hosts: ['web1'] }])) }
    const wrappers = [{ to: '~/bin/{{ instance }}', run: 'true' }]
    write({ wrappers }, { ...alike, services: { web: 'sleep 1000' }, service_manager: 'pidfile' })
    expect((await venvoy('deploy', '--all', '--yes')).code).toBe(0)
    const others = () => [
      ...names.slice(1).flatMap((name) => contentsOf(join(host.home, 'apps', `p-${name}`))),
      ...contentsOf(join(host.home, 'bin')).filter((line) => !line.startsWith('a ')),
    ]
    const before = others()
    expect((await deploys()).code).toBe(0)
    expect((await venvoy('remove', 'a', '--yes')).code).toBe(0)
    expect([existsSync(to()), differences(before, others())]).toEqual([false, []])
    expect((await venvoy('remove', ...names.slice(1), '--yes')).code).toBe(0)
    expect(readdirSync(join(host.home, 'apps'))).toEqual([])
  })

  it('programs of a venv run from a path that is longer than a bang line may be', async () => {
    const home = `~/${'very-long-'.repeat(12)}`
    write({}, { venv: { home, packages: ['pip'] } })
    expect((await venvoy('deploy', 'a')).code).toBe(0)
    const pip = execFileSync(to('run'), ['--', 'pip', '--version'], { env: { PATH: '/usr/bin:/bin', HOME: host.home } })
    expect(String(pip)).toContain(home.slice(2))
  })
})
