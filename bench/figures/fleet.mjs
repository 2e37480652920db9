import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { measure } from '../measure.mjs'
import { amountRow, ratioRow } from '../ratios.mjs'

const lightHosts = fileURLToPath(new URL('../light-hosts.mjs', import.meta.url))
const loop = fileURLToPath(new URL('../ssh2-loop.mjs', import.meta.url))
const count = 1000
const processes = 2
/** Longer than it takes to log in to all of them. */
const slowMs = 45_000

export const fleet = {
  title: `${count} hosts in one process: light SSH servers in ${processes} others`,
  figure,
}

async function figure(lab, { isQuick, report }) {
  const { home, parts, behave } = await startFleet(lab)
  // A round takes minutes.
  const rounds = isQuick ? 1 : 2
  try {
    const at = (hosts, atOnce) => inTurn(rounds, [loopOn(lab, home, hosts, atOnce), venvoyOn(lab, home, hosts, atOnce)])
    const [one, many] = [await at(1, 64), await at(count, 64)]
    const inFlight = { title: '64 at once', rows: rowsInFlight(many) }
    report(inFlight)
    await behave('slow')
    const all = await at(count, count)
    const held = { title: `${await behave('well')} connected at once`, rows: rowsHeld(all, one) }
    report(held)
    return [inFlight, held]
  } finally {
    for (const { child } of parts) child.stdin.end()
  }
}

/** The measurements of each, in the order of the rounds. */
async function inTurn(rounds, contenders) {
  const measured = contenders.map(() => [])
  for (let round = 0; round < rounds; round++)
    for (const [i, run] of contenders.entries()) measured[i].push(await run())
  return measured
}

/** The servers, and a home with the hosts' keys and a deploy.yml. */
async function startFleet(lab) {
  const home = join(lab.folder, 'fleet')
  mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 })
  const user = userInfo().username
  const key = readFileSync(`${lab.keyFile}.pub`, 'utf8').trim()
  const names = Array.from({ length: count }, (_, i) => `web${i + 1}`)
  const parts = Array.from({ length: processes }, () => startPart(lab))
  const hosts = []
  for (const [i, { ask }] of parts.entries()) {
    const first = (i * count) / processes
    const own = names.slice(first, first + count / processes)
    const said = await ask({ names: own, first, port: hosts[0]?.port, user, key, slowMs })
    hosts.push(...said.hosts)
  }
  const known = hosts.map(({ knownHosts }) => knownHosts).join('')
  writeFileSync(join(home, '.ssh', 'known_hosts'), known)
  writeFileSync(join(home, '.ssh', 'config'), `Host *\n  IdentityFile ${lab.keyFile}\n  IdentitiesOnly yes\n`)
  const lines = hosts.map(({ name, address, port }) => `  ${name}: ${user}@${address}:${port}`)
  writeFileSync(join(home, 'deploy.yml'), ['project: fleet', 'hosts:', ...lines, ''].join('\n'))
  for (const length of [1, count])
    writeFileSync(
      join(home, `hosts-${length}.json`),
      JSON.stringify(hosts.slice(0, length).map(({ address, port }) => ({ address, port, user }))),
    )
  const behave = async (way) => {
    const ways = way === 'well' ? {} : Object.fromEntries(names.map((name) => [name, way]))
    const said = await Promise.all(parts.map(({ ask }) => ask({ ways })))
    return said.reduce((sum, { most }) => sum + most, 0)
  }
  return { home, parts, behave }
}

function startPart({ main }) {
  const testing = join(main, '..', '..', 'testing', 'index.js')
  const child = spawn(process.execPath, [lightHosts, testing], { stdio: ['pipe', 'pipe', 'inherit'] })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ask = async (question) => {
    child.stdin.write(`${JSON.stringify(question)}\n`)
    return JSON.parse((await answers.next()).value)
  }
  return { child, ask }
}

function venvoyOn(lab, home, hosts, atOnce) {
  const which = hosts === 1 ? ['-H', 'web1'] : []
  const words = ['exec', '-P', String(atOnce), ...which, '--', 'cat /etc/debian_version']
  return () => {
    lab.forgetLogins()
    return measure([process.execPath, lab.main, ...words], { env: { ...lab.env, HOME: home }, cwd: home })
  }
}

function loopOn(lab, home, hosts, atOnce) {
  const [list, known] = [join(home, `hosts-${hosts}.json`), join(home, '.ssh', 'known_hosts')]
  return () => measure([process.execPath, loop, list, lab.keyFile, known, String(atOnce)], { env: lab.env })
}

function rowsInFlight([loop, venvoy]) {
  const perHost = (all) => all.map(({ cpu }) => cpu / count)
  const wall = (all) => all.map((each) => each.wall / 1000)
  return [
    ratioRow('wall clock', 's', wall(venvoy), wall(loop)),
    amountRow('control CPU a host', 'ms', perHost(venvoy), 5, perHost(loop)),
    amountRow('memory', 'MB', megabytes(venvoy), 250, megabytes(loop)),
  ]
}

function rowsHeld([loop, venvoy], [loopOne, venvoyOne]) {
  const further = (all, one) => all.map(({ memory }, round) => (memory - one[round].memory) / (count - 1))
  return [
    amountRow('memory', 'MB', megabytes(venvoy), 250, megabytes(loop)),
    amountRow('memory beyond that of one host', 'KB', further(venvoy, venvoyOne), 100, further(loop, loopOne)),
  ]
}

const megabytes = (all) => all.map(({ memory }) => memory / 1024)
