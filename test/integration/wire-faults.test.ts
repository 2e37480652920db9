import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { run, task } from '../../src/index.js'
import { directions, type Fault, type FaultyLine, startFaultyLine, wireFaults } from '../support/faulty-line.js'
import { type Sshd, startSshd } from '../support/sshd.js'

/** For each kind of fault, direction and login. */
const places = process.env.VENVOY_TEST_ALL ? 60 : 3
const seed = process.env.VENVOY_TEST_SEED ?? 'venvoy'
/** Much longer than ssh_config below lets anything take. */
const patienceMs = 40_000

const home = mkdtempSync(join(tmpdir(), 'venvoy-wire-'))
const state = join(home, '.local', 'state')
let sshd: Sshd

beforeAll(async () => {
  sshd = await startSshd()
  mkdirSync(join(home, '.ssh'), { mode: 0o700 })
  // All lines lead to the one host, by whatever port.
  writeFileSync(join(home, '.ssh', 'known_hosts'), sshd.knownHostsText.replaceAll(/^\S+/gm, 'wire'))
  writeFileSync(
    join(home, '.ssh', 'config'),
    'Host *\n  HostKeyAlias wire\n  ConnectTimeout 3\n  ServerAliveInterval 1\n  ServerAliveCountMax 2\n',
  )
  vi.stubEnv('HOME', home)
  for (const name of ['XDG_STATE_HOME', 'XDG_CACHE_HOME', 'SSH_AUTH_SOCK']) vi.stubEnv(name, '')
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await sshd.stop()
  rmSync(home, { recursive: true })
})

const long = 'all of this is sent, and all of it comes back\n'.repeat(100)

/** Some of all that goes over the line: commands, output of both streams, input, an exit that is not 0. */
const work = task(
  'Work',
  async (c) => {
    const one = await c.run('echo one; echo two >&2')
    const back = await c.run('cat', { stdin: long })
    const failed = await c.run('exit 7', { warnOnly: true })
    seen.set(c.host, [one.stdout, one.stderr, back.stdout, failed.code])
  },
  { on: 'hosts' },
)
const seen = new Map<string, unknown[]>()
const right = ['one\n', 'two\n', long, 7]

let count = 0

/** One run over a line. What it did, if it ended at all. */
async function runOver(line: FaultyLine, fault?: Fault) {
  line.next(fault)
  const name = `wire${++count}`
  const logins: string[] = []
  const report = run(work, {
    hosts: [{ name, address: '127.0.0.1', port: line.port, user: sshd.user }],
    identityFile: sshd.keyFile,
    onEvent: (event) => {
      if (event.type === 'host:ready') logins.push(event.login)
    },
  })
  const ended = await Promise.race([report, sleep(patienceMs, undefined, { ref: false })])
  const [result] = ended?.results ?? []
  return { result, exitCode: ended?.exitCode, seen: seen.get(name), logins }
}

/** What is wrong with how a run ended, if anything is: it hung, said that all was well when it was not, or did not know why. */
function wrongWith(fault: Fault, ended: Awaited<ReturnType<typeof runOver>>): string[] {
  const { result, exitCode } = ended
  const said = JSON.stringify({ outcome: result?.outcome, failure: result?.failure, exitCode })
  const where = `${fault.kind} ${fault.direction} at ${fault.at}: `
  if (result === undefined) return [`${where}hangs`]
  const isRight = JSON.stringify(ended.seen) === JSON.stringify(right)
  if (exitCode === 0 && (!isRight || result.outcome !== 'ok')) return [`${where}success that is none: ${said}`]
  if (exitCode !== 0 && (result.outcome === 'ok' || !result.failure?.what))
    return [`${where}failure without a reason: ${said}`]
  // That a host has no place for a session is another trouble, with other advice.
  if (/did not foresee|runs no command|login shell/.test(said)) return [`${where}says something else: ${said}`]
  return []
}

/** A place below `length`, the same for the same seed. */
const placeOf = (length: number, ...of: readonly (string | number)[]) =>
  createHash('sha256')
    .update([seed, ...of].join(' '))
    .digest()
    .readUInt32BE() % length

describe.each([
  ['first login', false],
  ['fast login', true],
])('over a line with one fault, %s', (login, isFast) => {
  it('a run ends in time, and says what it did', async () => {
    // A login is remembered for a host and a port: so each line keeps its port.
    const lines = await Promise.all(Array.from({ length: 6 }, () => startFaultyLine(sshd.port)))
    const forget = () => isFast || rmSync(state, { recursive: true, force: true })
    if (isFast) for (const line of lines) await runOver(line)
    forget()
    const clean = await runOver(lines[0]!)
    expect(clean).toMatchObject({
      exitCode: 0,
      seen: right,
      logins: [expect.stringMatching(isFast ? /fast/ : /5519$/)],
    })
    const passed = lines[0]!.passed()

    const faults = wireFaults.flatMap((kind) =>
      directions.flatMap((direction) =>
        Array.from({ length: places }, (_, i) => {
          return { kind, direction, at: placeOf(passed[direction], login, kind, direction, i) }
        }),
      ),
    )
    const all = wireFaults.length * (passed['to the host'] + passed['from the host'])
    console.log(`faults on the wire, ${login}: ${faults.length} of ${all} (VENVOY_TEST_SEED=${seed})`)
    const wrong: string[] = []
    let reached = 0
    await Promise.all(
      lines.map(async (line) => {
        for (let fault = faults.pop(); fault !== undefined; fault = faults.pop()) {
          forget()
          const ended = await runOver(line, fault)
          wrong.push(...wrongWith(fault, ended))
          if (line.hasHappened()) reached += 1
        }
        await line.stop()
      }),
    )
    expect(wrong).toEqual([])
    // Two runs differ by a few bytes of padding, so that the last places may lie behind the end.
    expect(reached).toBeGreaterThan(0.9 * wireFaults.length * directions.length * places)
  }, 600_000)
})
