import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildWheel, type PackageIndex, startPackageIndex } from '../../src/testing/index.js'
import { greeting } from '../remote/support/locked.js'
import { writeCrontabProgram } from '../support/crontab.js'
import { startHost, type TestHost } from '../support/hosts.js'
import { contentsOf, type Desk, differences, openDesk } from '../support/project.js'
import { type CountingProxy, startProxy } from '../support/proxy.js'

const lockfile = greeting
  .map((wheel) => {
    const hash = createHash('sha256').update(buildWheel(wheel)).digest('hex')
    return `${wheel.name.toLowerCase()}==${wheel.version} --hash=sha256:${hash}\n`
  })
  .join('')

const isAll = Boolean(process.env.VENVOY_TEST_ALL)
const count = isAll ? 100 : 12
/** Milliseconds. A hundred first releases are six hundred starts of Python. */
const timeout = isAll ? 900_000 : 120_000
/** The last ones have a service. */
const served = 3

/** One story, told in order. */
describe(`${count} instances on one host (VENVOY_TEST_ALL=1 for 100)`, { timeout }, () => {
  let host: TestHost
  let desk: Desk
  let index: PackageIndex
  let proxy: CountingProxy
  const names = Array.from({ length: count }, (_, i) => `client-${i + 1}`)

  beforeAll(async () => {
    desk = openDesk()
    index = await startPackageIndex(greeting)
    host = await startHost('sshd', { login: 'dash', programs: { crontab: writeCrontabProgram(desk.folder) } })
    proxy = await startProxy(host.port)
    desk.write('app/hello.py', 'import os; print(os.environ["CLIENT"], os.environ["PORT"])\n')
    desk.write('app/requirements.txt', lockfile)
    const instance = { hosts: ['web1'], port: 'auto', env: { CLIENT: '{{ instance }}' } }
    desk.write('deploy.yml', {
      project: 'p',
      source: 'app',
      hosts: { web1: desk.know(host, { port: proxy.port }) },
      venv: { index: index.url },
      service_manager: 'pidfile',
      cron: ['*/5 * * * *  python hello.py'],
      instances: {
        [`client-{1..${count - served}}`]: instance,
        [`client-{${count - served + 1}..${count}}`]: { ...instance, services: { web: 'exec sleep 1000' } },
      },
    })
  })
  afterAll(async () => {
    await desk.venvoy('stop', '--all', '--yes')
    desk.remove()
    await Promise.all([proxy.stop(), host.stop(), index.stop()])
  })

  const at = (path: string) => join(host.home, path)
  const blocks = () => readFileSync(at('crontab'), 'utf8').split(/(?<=^# venvoy end .*\n)/m)
  const ports = () => readFileSync(at('.local/state/venvoy/ports'), 'utf8').trim().split('\n')
  const ofName = (name: string) => (line: string) => new RegExp(`/p-${name}$`, 'm').test(line)
  const processOf = (name: string) => readFileSync(at(`apps/p-${name}/.venvoy/services/web`), 'utf8')

  /** All that a host has of an instance: files with their inodes and times, its venv, its port, its lines and its process. */
  const stateOf = (name: string): string[] => [
    ...contentsOf(at(`apps/p-${name}`)),
    ...contentsOf(realpathSync(at(`.virtualenvs/p-${name}`))),
    `port ${ports().filter(ofName(name))}`,
    `cron ${blocks().filter(ofName(name))}`,
  ]
  const statesBut = (...left: string[]) => {
    const others = names.filter((name) => !left.includes(name))
    return others.flatMap((name) => stateOf(name).map((line) => `${name} ${line}`))
  }

  it('are deployed on one connection, each with its own folder, venv, port, env and line of the crontab', async () => {
    const said = await desk.venvoy('deploy', '--all', '--yes')
    expect([said.code, said.stderr.split('\n').at(-2)]).toEqual([0, expect.stringMatching(`^${count} changed in `)])
    expect([proxy.connections(), readdirSync(at('apps')).length]).toEqual([1, count])
    const given = new Set(ports().map((line) => line.split(' ')[0]))
    expect([given.size, blocks().filter((block) => block !== '').length]).toEqual([count, count])
    const hello = await desk.venvoy(
      'exec',
      ...names.flatMap((name) => ['-i', name]),
      '--stream',
      '--',
      'python hello.py',
    )
    const lines = hello.stdout.replaceAll(/ +\| /g, ' | ').trim().split('\n').sort()
    const expected = names.map((name) => `${name}@web1 | ${name} ${ports().find(ofName(name))?.split(' ')[0]}`)
    expect(lines).toEqual(expected.sort())
    const bases = readdirSync(at('.virtualenvs/.venvoy')).filter((name) => name.startsWith('base-'))
    expect(bases.length).toBe(1)
  })

  it('a second deploy changes nothing', async () => {
    const before = statesBut()
    const said = await desk.venvoy('deploy', '--all', '--yes')
    expect([said.code, said.stderr.split('\n').at(-2)]).toEqual([0, expect.stringMatching(`^${count} unchanged in `)])
    expect(differences(before, statesBut())).toEqual([])
    expect(before.length).toBeGreaterThan(count * 10)
  })

  it('one that is changed leaves the others as they were, byte by byte', async () => {
    const [name] = names.slice(-1) as [string]
    const others = names.slice(count - served, -1)
    const [before, processes, own] = [statesBut(name), others.map(processOf), [stateOf(name), processOf(name)]]
    desk.write('app/hello.py', 'print("changed")\n')
    const said = await desk.venvoy('deploy', name, '--set', 'env.MORE=x', '--set', 'cron=["@daily true"]')
    expect(said.code).toBe(0)
    expect(differences(before, statesBut(name))).toEqual([])
    expect(others.map(processOf)).toEqual(processes)
    expect([differences(own[0] as string[], stateOf(name)).length > 0, processOf(name) === own[1]]).toEqual([
      true,
      false,
    ])
  })

  it('one that is removed takes nothing with it, and its port is free again', async () => {
    const name = names[count - served]!
    const [before, processes] = [statesBut(name), [processOf(names.at(-1)!)]]
    const port = ports().find(ofName(name))
    expect((await desk.venvoy('remove', name, '--yes')).code).toBe(0)
    expect(differences(before, statesBut(name))).toEqual([])
    expect([processOf(names.at(-1)!)]).toEqual(processes)
    expect([readdirSync(at('apps')).includes(`p-${name}`), ports().includes(port!)]).toEqual([false, false])
    expect(blocks().filter(ofName(name))).toEqual([])
  })
})
