import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RecordedRun } from '../../src/cli/run-folder.js'
import { foldNames } from '../../src/render/names.js'
import { newFolder, venvoy } from '../cli/support/venvoy.js'
import { type Fleet, startBlackHole, startFleet } from '../support/fleet.js'
import { type Sshd, startSshd } from '../support/sshd.js'

/** A thousand with VENVOY_TEST_ALL. */
const count = process.env.VENVOY_TEST_ALL ? 1000 : 200
const names = Array.from({ length: count }, (_, i) => `web${i + 1}`)
const user = userInfo().username
/** Of twenty hosts one has trouble, in turn. */
const troubles = ['refuse', 'silent', 'drop', 'slow', 'hole'] as const
type Trouble = (typeof troubles)[number]
const trouble = new Map(names.flatMap((name, i) => (i % 20 === 7 ? [[name, troubles[Math.floor(i / 20) % 5]!]] : [])))
const inTrouble = (...kinds: readonly Trouble[]) => names.filter((name) => kinds.includes(trouble.get(name)!))
/** These are on a real sshd, which runs what it is told. */
const isReal = (name: string) => name.endsWith('5')

const home = newFolder()
const file = join(home, 'deploy.yml')
let sshd: Sshd
let hole: Awaited<ReturnType<typeof startBlackHole>>
let fleet: Fleet

beforeAll(async () => {
  sshd = await startSshd({ shell: 'sh', hostKeys: ['ed25519'] })
  hole = await startBlackHole()
  fleet = await startFleet(home, names)
  await fleet.behave(Object.fromEntries(trouble))
  const known = fleet.hosts.map(({ knownHosts }) => knownHosts).join('') + sshd.knownHostsText
  writeFileSync(join(home, '.ssh', 'known_hosts'), known)
  const mute = fleet.hosts.filter(({ name }) => trouble.get(name) === 'silent').map(({ address }) => address)
  // Those that answer may take their time on a busy machine.
  const config = `Host ${[...mute, hole.address].join(' ')}\n  ConnectTimeout 2\nHost *\n  ConnectTimeout 60\n`
  writeFileSync(join(home, '.ssh', 'config'), config)
  const hosts = fleet.hosts.map(({ name, ...light }) => {
    const { address, port } = isReal(name) ? { ...sshd, address: sshd.host } : isHole(name) ? hole : light
    const key = isReal(name) ? `, identity_file: ${sshd.keyFile}` : ''
    return `  ${name}: { address: ${address}, port: ${port}, user: ${user}${key} }\n`
  })
  writeFileSync(file, `project: fleet\nhosts:\n${hosts.join('')}`)
})
afterAll(async () => {
  fleet.stop()
  hole.stop()
  await sshd.stop()
})

/** A thousand logins take their time, on both sides. */
const patience = 300_000

const isHole = (name: string) => trouble.get(name) === 'hole'

const exec = (...words: string[]) =>
  venvoy({ home, args: ['exec', ...words, '-P', '128', '--fold', '-f', file, '--', 'echo "$VENVOY_HOST"'] })

function lastRun(): RecordedRun {
  const runs = join(home, '.local', 'state', 'venvoy', 'runs')
  return JSON.parse(readFileSync(join(runs, readdirSync(runs).sort().at(-1)!, 'run.json'), 'utf8'))
}

/** The hosts of the last run by how they ended, in the order of the file. */
function ends(): Record<string, string[]> {
  const { results } = lastRun()
  const endOf = new Map(results.map(({ host, outcome, failure }) => [host, failure?.kind ?? outcome]))
  const kinds = [...new Set(endOf.values())]
  return Object.fromEntries(kinds.map((kind) => [kind, names.filter((name) => endOf.get(name) === kind)]))
}

it(
  'says of every host how it ended, where some are dead, slow, or gone in the middle',
  async () => {
    const { stdout, stderr, code } = await exec()
    const [dead, lost] = [inTrouble('refuse', 'silent', 'hole'), inTrouble('drop')]
    const printed = names.filter((name) => !dead.includes(name))
    const well = printed.filter((name) => !lost.includes(name))
    expect({ ends: ends(), stdout, code }).toEqual({
      ends: { ok: well, unreachable: dead, command: lost },
      stdout: `${foldNames(printed)} (${printed.length} hosts): echo "$VENVOY_HOST"\n  {host}\n`,
      code: 3,
    })
    const lines = stderr.split('\n')
    const { port } = fleet.hosts[0]!
    // However many they are, what is wrong with them is said once.
    expect(lines.filter((line) => line.includes(' hosts): '))).toEqual([
      `${foldNames(inTrouble('refuse'))} (${inTrouble('refuse').length} hosts): {address}:${port} refuses the connection`,
      `${foldNames(inTrouble('silent'))} (${inTrouble('silent').length} hosts): {address}:${port} accepts connections, but says nothing (waited 2 s for the banner)`,
      `${foldNames(lost)} (${lost.length} hosts): the connection was lost; the outcome is unknown after step "echo "$VENVOY_HOST""`,
      `${foldNames(inTrouble('hole'))} (${inTrouble('hole').length} hosts): ${hole.address}:${hole.port} does not answer (waited 2 s for the TCP connection)`,
    ])
  },
  patience,
)

it(
  'goes again to those that are left, and to no others',
  async () => {
    await fleet.behave({})
    expect((await exec('--retry-failed')).code).toBe(3)
    expect(ends()).toEqual({ ok: inTrouble('refuse', 'silent', 'drop'), unreachable: inTrouble('hole') })
    expect((await exec('--retry-failed')).code).toBe(3)
    expect(lastRun().selection.map(({ host }) => host)).toEqual(inTrouble('hole'))
  },
  patience,
)
