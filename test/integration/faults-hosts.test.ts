import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FaultyHost, faultsOn, startFaultyHost } from '../support/faults.js'
import { argumentsWith, leaksOf } from '../support/leaks.js'
import { isAlive } from '../support/processes.js'
import { contentsOf, type Desk, differences, openDesk, type Said } from '../support/project.js'
import { sampleOf } from '../support/sample.js'

const secret = 'correct horse battery staple'

/** What Debian's does, with a file in the home. */
const crontab = `#!/bin/sh
case $1 in
-l) cat "$HOME/crontab" 2>/dev/null || { echo "no crontab for ann" >&2; exit 1; } ;;
-r) rm "$HOME/crontab" ;;
*) cp "$1" "$HOME/crontab" ;;
esac
`

let folder: string
let hosts: FaultyHost[]
let desk: Desk
/** The entries of the hosts in deploy.yml. */
let known: string[]
let count = 0

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'venvoy-faults-'))
  const program = join(folder, 'crontab')
  writeFileSync(program, crontab, { mode: 0o755 })
  desk = openDesk()
  hosts = await Promise.all([startFaultyHost({ crontab: program }), startFaultyHost({ crontab: program })])
  known = hosts.map(({ host, proxy }) => JSON.stringify(desk.know(host, { port: proxy.port })))
  desk.write('app/answer.py', 'import sys\nprint(open(sys.path[0] + "/word").read(), sys.prefix)\n')
  desk.write('app/server.py', 'import time\nwhile True: time.sleep(0.2)\n')
})
afterAll(async () => {
  await deploy('stop', '--all', '--yes').end
  await Promise.all(hosts.map((faulty) => faulty.stop()))
  desk.remove()
  rmSync(folder, { recursive: true, force: true })
})

const deploy = (...args: string[]) => desk.start(args, { env: { TOKEN: secret } })
const instance = (faulty: FaultyHost, name = 'main') => join(faulty.host.home, 'small/apps', name)

/** Another word is served from now on, and cron runs at another minute. */
function newWord(): string {
  const word = `word ${++count}`
  desk.write('app/word', word)
  const [web1, web2] = known
  desk.write(
    'deploy.yml',
    `project: p
source: app
hosts: { web1: ${web1}, web2: ${web2} }
instances: { main: { hosts: [web1, web2] }, other: { hosts: [web1, web2], cron: ["@daily true"] } }
env: { TOKEN: !secret TOKEN }
venv: { home: ~/small/venvs }
service_manager: pidfile
services: { web: python server.py }
cron: ["${count % 60} * * * * cat word"]
deploy:
  to: ~/small/apps/{{ instance }}
  keep: 2
  before_switch: ['test -n "$TOKEN"']
  wrappers: [{ to: word, run: cat word }]
  health: { run: 'test ! -e "$HOME/broken"', within: 1s }
`,
  )
  return word
}

/** What who asks a host gets: the code and the venv of one release, resolved once. */
function answer(faulty: FaultyHost): string {
  const release = realpathSync(join(instance(faulty), 'current'))
  const python = join(realpathSync(join(release, 'venv')), 'bin/python')
  const said = execFileSync(python, [join(release, 'tree/answer.py')], { encoding: 'utf8' })
  expect([existsSync(join(release, 'release.json')), said]).toEqual([
    true,
    expect.stringMatching(/^word \d+ \S+\/p-main\n$/),
  ])
  return said.split(' /')[0]!
}

/** All that is to be of the release that serves: its service, its line of cron, its wrapper. */
function served(faulty: FaultyHost) {
  const to = instance(faulty)
  const [pid, , , release] = readFileSync(join(to, '.venvoy/services/web'), 'utf8').split(' ')
  const env = { HOME: faulty.host.home, PATH: '/usr/bin:/bin' }
  return {
    service: [isAlive(Number(pid)), release],
    cron: /^(\d+) .*\/apps\/main\/run cron 1$/m.exec(readFileSync(join(faulty.host.home, 'crontab'), 'utf8'))?.[1],
    wrapper: execFileSync(join(to, 'bin/word'), { env, encoding: 'utf8' }),
  }
}

const numberOf = (faulty: FaultyHost) =>
  realpathSync(join(instance(faulty), 'current'))
    .split('/')
    .at(-1)

const others = () =>
  hosts.flatMap((faulty) => [
    ...contentsOf(instance(faulty, 'other')),
    ...contentsOf(join(faulty.host.home, 'small/venvs/.venvoy')).filter((line) => /^[^ ]*\/p-other\//.test(line)),
  ])

const breaks = (isBroken: boolean) => isBroken && writeFileSync(join(hosts[1]!.host.home, 'broken'), '')

async function hit(label: string, at: number, step: number, fault: string): Promise<Said> {
  for (const faulty of hosts) faulty.holdAt(0)
  const faulty = hosts[at]!
  faulty.holdAt(step)
  const call = deploy('deploy', 'main')
  expect([label, await faulty.isHeld(call)]).toEqual([label, true])
  expect([label, argumentsWith(secret)]).toEqual([label, []])
  faultsOn(faulty)[fault]!(call)
  faulty.goOn()
  const said = await call.end
  for (const each of hosts) await each.isLeft()
  faulty.holdAt(0)
  return said
}

/** Each host serves one whole release, both the same where all is known; the next deploy needs no help. */
async function expectWhole(label: string, said: Said, words: readonly string[]): Promise<void> {
  const answers = hosts.map(answer)
  for (const each of answers) expect([label, words]).toEqual([label, expect.arrayContaining([each])])
  const told = said.stdout + said.stderr
  expect([label, told]).not.toContain(secret)
  if (said.code === 0) expect([label, answers]).toEqual([label, [words[1], words[1]]])
  else if (said.code === 1 && !told.includes('unknown'))
    expect([label, told, new Set(answers).size]).toEqual([label, told, 1])
  for (const faulty of hosts) {
    faulty.fill?.(false)
    rmSync(join(faulty.host.home, 'broken'), { force: true })
  }
  const next = await deploy('deploy', 'main').end
  expect([label, next.code, next.stderr]).toEqual([label, 0, expect.any(String)])
  for (const faulty of hosts) {
    const to = instance(faulty)
    const whole = { service: [true, numberOf(faulty)], cron: `${count % 60}`, wrapper: words[1] }
    expect([label, answer(faulty), served(faulty)]).toEqual([label, words[1], whole])
    const left = readdirSync(join(to, '.venvoy')).filter((name) => /^(next|trash)$|\.tmp$/.test(name))
    const halves = readdirSync(join(to, 'releases')).filter((n) => !existsSync(join(to, 'releases', n, 'release.json')))
    expect([label, left, halves]).toEqual([label, [], []])
  }
  const homes = hosts.map(({ host }) => host.home)
  expect([label, leaksOf(secret, homes, [desk.home])]).toEqual([label, []])
}

/** How many steps a deploy has on each host when nothing happens to it. */
async function stepsOf(isBroken: boolean): Promise<number[]> {
  newWord()
  breaks(isBroken)
  for (const faulty of hosts) faulty.holdAt(0)
  expect((await deploy('deploy', 'main').end).code).toBe(isBroken ? 1 : 0)
  rmSync(join(hosts[1]!.host.home, 'broken'), { force: true })
  return hosts.map((faulty) => faulty.steps())
}

describe('a deploy to two hosts, with a service, cron and a wrapper', () => {
  it('leaves what serves whole on both, whatever happens at which step of which, and needs no help', {
    timeout: 7_200_000,
  }, async () => {
    newWord()
    const first = await deploy('deploy', '--all', '--yes').end
    expect([first.code, first.stderr]).toEqual([0, expect.any(String)])
    await stepsOf(false)
    const steps = { good: await stepsOf(false), bad: await stepsOf(true) }
    let before = newWord()
    expect((await deploy('deploy', 'main').end).code).toBe(0)
    const untouched = others()
    const all = (['good', 'bad'] as const).flatMap((kind) =>
      hosts.flatMap((faulty, at) =>
        Array.from({ length: steps[kind][at]! }, (_, i) => i + 1).flatMap((step) =>
          Object.keys(faultsOn(faulty)).map((fault) => [kind, at, step, fault] as const),
        ),
      ),
    )
    for (const [kind, at, step, fault] of sampleOf('faults on two hosts', all, 3)) {
      const label = `a ${kind} deploy, step ${step} of ${steps[kind][at]} on web${at + 1}: ${fault}`
      const words = [before, newWord()]
      breaks(kind === 'bad')
      await expectWhole(label, await hit(label, at, step, fault), words)
      before = words[1]!
    }
    expect(differences(untouched, others())).toEqual([])
  })
})
