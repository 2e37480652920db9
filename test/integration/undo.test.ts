import { existsSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHost, type TestHost } from '../support/hosts.js'
import { until } from '../support/processes.js'
import { type Desk, openDesk, type Said } from '../support/project.js'

let hosts: TestHost[]
let desk: Desk

beforeAll(async () => {
  desk = openDesk()
  hosts = await Promise.all([startHost('sshd', { login: 'dash' }), startHost('sshd', { login: 'bash' })])
  const [web1, web2] = hosts.map((host) => desk.know(host))
  const broken = { title: 'is it up?', run: 'echo try >>"$HOME/tries"; test ! -e "$HOME/broken"' }
  desk.write('deploy.yml', {
    project: 'p',
    source: 'app',
    hosts: { web1, web2 },
    instances: {
      main: { hosts: ['web1', 'web2'] },
      alone: {
        hosts: ['web1'],
        deploy: { after_switch: [{ ...broken, retries: 2 }, 'touch "$HOME/in"; test ! -e "$HOME/slow" || sleep 60'] },
      },
    },
    deploy: { after_switch: ['cat hello.py >"$HOME/serves"', broken] },
  })
})
afterAll(async () => {
  desk.remove()
  await Promise.all(hosts.map((host) => host.stop()))
})

const at = (host: number, path: string) => join(hosts[host]!.home, path)
const currents = () => [0, 1].map((host) => readlinkSync(at(host, 'apps/p-main/current')))
const failed = (number: number) => [0, 1].map((host) => existsSync(at(host, `apps/p-main/releases/${number}/failed`)))
const serves = () => [0, 1].map((host) => readFileSync(at(host, 'serves'), 'utf8').trim())
const write = (word: string) => desk.write('app/hello.py', `print("${word}")\n`)
const breaks = (host: number) => writeFileSync(at(host, 'broken'), '')
const mends = (host: number) => rmSync(at(host, 'broken'))
const ending = (said: Said) => [said.code, ...linesFrom(desk.mask(said.stderr), /^main on |^alone on /)]
/** What is said of the end, in the order of the alphabet: the hosts end in any order. */
const linesFrom = (text: string, start: RegExp): string[] => {
  const lines = text.split('\n')
  return lines
    .slice(lines.findIndex((line) => start.test(line)))
    .filter((line) => / on web|^ {2}(?!main@|alone@)/.test(line))
}

/** One story, told in order: each test begins where the one before it ended. */
describe('an instance on two hosts', () => {
  it('goes back on both when one of them fails behind the switch', async () => {
    write('one')
    expect((await desk.venvoy('deploy', 'main')).code).toBe(0)
    write('two')
    breaks(1)
    const [code, ...lines] = ending(await desk.venvoy('deploy', 'main'))
    expect(code).toBe(1)
    expect(lines.sort()).toEqual(
      [
        'main on web2: is it up?: exited with 1',
        '  switched back: release 1 serves again',
        '  undoing it: is it up?: exited with 1',
        '  ran: echo try >>"$HOME/tries"; test ! -e "$HOME/broken"',
        '  try: venvoy deploy -i main -H web2',
        'main on web1: switched, and back again, because web2 failed',
        '  switched back: release 1 serves again',
        '  try: mend web2, and run it again',
      ].sort(),
    )
    expect([currents(), failed(2), serves()]).toEqual([
      ['releases/1', 'releases/1'],
      [true, true],
      ['print("one")', 'print("one")'],
    ])
  })

  it('the next deploy of the same revision tries again, with a new release', async () => {
    mends(1)
    const said = await desk.venvoy('deploy', 'main')
    expect([said.code, currents(), failed(3), serves()]).toEqual([
      0,
      ['releases/3', 'releases/3'],
      [false, false],
      ['print("two")', 'print("two")'],
    ])
    expect((await desk.venvoy('deploy', 'main')).stderr).toContain('2 unchanged')
  })

  it('a rollback that fails goes back to what it left', async () => {
    breaks(0)
    const [code, ...lines] = ending(await desk.venvoy('rollback', 'main', '--yes'))
    mends(0)
    expect([code, currents(), failed(1)]).toEqual([1, ['releases/3', 'releases/3'], [true, true]])
    expect(lines).toContain('  switched back: release 3 serves again')
    const { stdout } = await desk.venvoy('history', 'main', '-H', 'web1', '--lines', '2')
    expect(stdout.match(/switch back|rollback/g)).toEqual(['switch back', 'rollback'])
  })
})

describe('an instance on one host', () => {
  const current = () => readlinkSync(at(0, 'apps/p-alone/current'))
  const isFailed = (number: number) => existsSync(at(0, `apps/p-alone/releases/${number}/failed`))

  it('has nothing to go back to at first: that is said, and the next deploy makes another release', async () => {
    breaks(0)
    rmSync(at(0, 'tries'))
    const first = ending(await desk.venvoy('deploy', 'alone'))
    expect(first).toEqual([
      1,
      'alone on web1: is it up?: exited with 1',
      '  nothing served before: release 1 stays, marked as failed',
      '  ran: echo try >>"$HOME/tries"; test ! -e "$HOME/broken"',
      '  try: venvoy deploy -i alone -H web1',
    ])
    expect([current(), isFailed(1), readFileSync(at(0, 'tries'), 'utf8')]).toEqual([
      'releases/1',
      true,
      'try\n'.repeat(3),
    ])
    mends(0)
    const next = await desk.venvoy('deploy', 'alone')
    expect([next.code, current(), isFailed(2)]).toEqual([0, 'releases/2', false])
  })

  it('goes back when it is interrupted behind the switch', async () => {
    write('three')
    for (const name of ['slow', 'in']) rmSync(at(0, name), { force: true })
    writeFileSync(at(0, 'slow'), '')
    const call = desk.start(['deploy', 'alone'])
    await until('the command runs', () => existsSync(at(0, 'in')), 30)
    // What runs behind the way back is not slow.
    rmSync(at(0, 'slow'))
    call.kill('SIGINT')
    const said = await call.end
    expect([said.code, current(), isFailed(3)]).toEqual([130, 'releases/2', true])
    expect(said.stderr).toContain('switched back: release 2 serves again')
  })
})
