import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FaultyHost, faultsOn, startFaultyHost } from '../support/faults.js'
import { argumentsWith, leaksOf } from '../support/leaks.js'
import { type Call, contentsOf, type Desk, differences, openDesk, type Said } from '../support/project.js'
import { sampleOf } from '../support/sample.js'

const secret = 'correct horse battery staple'
const years = 10 * 365 * 86_400

let faulty: FaultyHost
let desk: Desk
let count = 0

beforeAll(async () => {
  desk = openDesk()
  faulty = await startFaultyHost()
  desk.write('app/answer.py', 'import sys\nprint(open(sys.path[0] + "/word").read(), sys.prefix)\n')
  desk.write(
    'deploy.yml',
    `project: p
source: app
hosts: { web1: ${JSON.stringify(desk.know(faulty.host, { port: faulty.proxy.port }))} }
instances: { main: { hosts: [web1] }, other: { hosts: [web1] } }
env: { TOKEN: !secret TOKEN }
venv: { home: ~/small/venvs }
deploy:
  to: ~/small/apps/{{ instance }}
  keep: 2
  before_switch: ['test -n "$TOKEN"']
  after_switch: ['cat word >"$HOME/serves-$VENVOY_INSTANCE"']
  health: { run: 'test ! -e "$HOME/broken"', within: 1s }
`,
  )
})
afterAll(async () => {
  await faulty.stop()
  desk.remove()
})

const home = () => faulty.host.home
const instance = (name: string) => join(home(), 'small/apps', name)
const deploy = (...args: string[]) => desk.start(['deploy', ...args], { env: { TOKEN: secret } })
const newWord = () => {
  desk.write('app/word', `word ${++count}`)
  return `word ${count}`
}

/** What happens while a step is held. */
const faults = (): Record<string, (call: Call) => void> => ({
  ...faultsOn(faulty),
  'the clock jumps ahead': () => setClock(years),
  'the clock jumps back': () => setClock(-years),
})

/** The host's clock, and with it the times that it has written so far. */
function setClock(ahead: number): void {
  faulty.setClock(ahead)
  const year = new Date().getFullYear()
  const files = ['releases', '.venvoy'].flatMap((name) =>
    execFileSync('find', [join(instance('main'), name), '-name', 'release.json', '-o', '-name', 'history'], {
      encoding: 'utf8',
    })
      .split('\n')
      .filter(Boolean),
  )
  for (const file of files)
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(`"${year}-`, `"${year + Math.sign(ahead) * 10}-`))
}

/** What who asks gets: the code and the venv of one release, resolved once. */
function answer(): string {
  const release = realpathSync(join(instance('main'), 'current'))
  const python = join(realpathSync(join(release, 'venv')), 'bin/python')
  const said = execFileSync(python, [join(release, 'tree/answer.py')], { encoding: 'utf8' })
  expect([existsSync(join(release, 'release.json')), said]).toEqual([
    true,
    expect.stringMatching(/^word \d+ \S+\/p-main\n$/),
  ])
  return said.split(' /')[0]!
}

const others = () => [
  ...contentsOf(instance('other')),
  ...contentsOf(join(home(), 'small/venvs/.venvoy')).filter((line) => /^[^ ]*\/p-other\//.test(line)),
]

async function hit(label: string, step: number, fault: (call: Call) => void): Promise<Said> {
  faulty.holdAt(step)
  const call = deploy('main')
  expect([label, await faulty.isHeld(call)]).toEqual([label, true])
  expect([label, argumentsWith(secret)]).toEqual([label, []])
  fault(call)
  faulty.goOn()
  const said = await call.end
  await faulty.isLeft()
  faulty.holdAt(0)
  return said
}

/** The next deploy needs no help, and what serves is whole before it and behind it. */
async function expectWhole(label: string, said: Said, words: readonly string[]): Promise<void> {
  expect([label, words]).toEqual([label, expect.arrayContaining([answer()])])
  expect([label, said.stdout + said.stderr]).not.toContain(secret)
  faulty.fill?.(false)
  faulty.setClock(0)
  rmSync(join(home(), 'broken'), { force: true })
  const next = await deploy('main').end
  expect([label, next.code, next.stderr]).toEqual([label, 0, expect.any(String)])
  expect([label, answer(), readFileSync(join(home(), 'serves-main'), 'utf8')]).toEqual([label, words[1], words[1]])
  const left = readdirSync(join(instance('main'), '.venvoy')).filter((name) => /^(next|trash)$|\.tmp$/.test(name))
  const halves = readdirSync(join(instance('main'), 'releases')).filter(
    (number) => !existsSync(join(instance('main'), 'releases', number, 'release.json')),
  )
  expect([label, left, halves, leaksOf(secret, [home()], [desk.home])]).toEqual([label, [], [], []])
}

const breaks = (isBroken: boolean) => isBroken && writeFileSync(join(home(), 'broken'), '')

/** How many steps a deploy has when nothing happens to it. */
async function stepsOf(isBroken: boolean): Promise<number> {
  newWord()
  breaks(isBroken)
  faulty.holdAt(0)
  expect((await deploy('main').end).code).toBe(isBroken ? 1 : 0)
  const steps = faulty.steps()
  rmSync(join(home(), 'broken'), { force: true })
  return steps
}

describe('a deploy', () => {
  it('leaves what serves whole, whatever happens at which step, and needs no help', {
    timeout: 7_200_000,
  }, async () => {
    newWord()
    expect((await deploy('main', 'other', '--yes').end).code).toBe(0)
    // The third release is the first that makes another one go.
    await stepsOf(false)
    const steps = { good: await stepsOf(false), bad: await stepsOf(true) }
    let before = newWord()
    expect((await deploy('main').end).code).toBe(0)
    const untouched = others()
    const possible = Object.keys(faults())
    const all = (['good', 'bad'] as const).flatMap((kind) =>
      Array.from({ length: steps[kind] }, (_, i) => i + 1).flatMap((step) =>
        possible.map((fault) => [kind, step, fault] as const),
      ),
    )
    for (const [kind, step, fault] of sampleOf('faults', all, 8)) {
      const label = `a ${kind} deploy, step ${step} of ${steps[kind]}: ${fault}`
      const words = [before, newWord()]
      breaks(kind === 'bad')
      const said = await hit(label, step, faults()[fault]!)
      await expectWhole(label, said, words)
      before = words[1]!
    }
    expect(differences(untouched, others())).toEqual([])
  })
})
