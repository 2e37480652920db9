import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Connection } from '../../src/transport/transport.js'
import { hostKinds, startHost, type TestHost } from '../support/hosts.js'
import { type Process, processes } from '../support/processes.js'
import { type Call, type Desk, openDesk } from '../support/project.js'
import { record } from '../support/session.js'
import { controlSide, hostSpec } from '../support/ssh.js'

const value = 's3cr$t "with" \'quotes\' 7f3a91'
/** Any form of it would still hold this. */
const core = '7f3a91'

let host: TestHost
let desk: Desk

describe.each(hostKinds)('on %s', (kind) => {
  beforeEach(async () => {
    host = await startHost(kind)
    desk = openDesk()
    desk.write('app/hello.py', 'print("hello")\n')
    desk.write('deploy.yml', deployFile(desk.know(host)))
  })
  afterEach(async () => {
    desk.remove()
    await host.stop()
  })

  const env = { APP_KEY: value }

  it('a secret reaches its command, and shows in no argv, in no env of other processes', async () => {
    const call = desk.start(['deploy', '--json'], { env })
    const seen = await watched(call)
    expect([(await call.end).code, readFileSync(join(host.home, 'told'), 'utf8')]).toEqual([0, value])
    expect(seen.args.map(nameOf)).toEqual([])
    // venvoy, which was given it, and what its step runs. Its git has the person's env as any git that they start; it is seen or
    // missed by chance.
    const names = seen.env.map(nameOf).filter((name) => name !== 'git')
    expect([...new Set(names)].sort()).toEqual(['node', 'sh', 'sleep'])
  })

  const ways: string[][] = [
    ['deploy', '--json'],
    ['deploy', '-v', '--plain', '--stream'],
    ['plan', '--json'],
    ['status', '--json'],
    ['check'],
    ['list'],
    ['run', '--json', 'fail'],
    ['run', 'fail'],
    ['run', '--plain', '-v', 'fail'],
    ['exec', '-i', 'main', '--json', '--', 'false'],
  ]
  it('a secret is in nothing that venvoy says, and in no file above 0600', async () => {
    for (const args of ways) {
      const { stdout, stderr } = await desk.start(args, { env }).end
      expect({ args, found: `${stdout}${stderr}`.includes(core) }).toEqual({ args, found: false })
    }
    expect([...openFilesWith(core, desk.folder), ...openFilesWith(core, host.home)]).toEqual([])
  })

  it('the marker travels on stdin only', async () => {
    const here = controlSide()
    onTestFinished(() => here.remove())
    here.write('.ssh/known_hosts', host.knownHosts)
    const ssh = here.ssh({ overrides: { identityFile: here.write('.ssh/key', host.key) } })
    onTestFinished(() => ssh.close())
    const sent: string[] = []
    const connection = await ssh.connect(hostSpec('web1', { port: host.port }))
    const on = await record(listening(connection, sent))
    const marker = /^m ([0-9a-f]{32}) /.exec(sent[0] ?? '')?.[1]
    expect(marker).toBeDefined()
    const everywhere = 'env; set; export; cat /proc/$PPID/environ /proc/[0-9]*/cmdline 2>/dev/null'
    const { stdout } = await on.run(everywhere)
    // Not compared as texts: a failure would show what other processes of this machine have in their env.
    expect([stdout.includes(`HOME=${host.home}`), stdout.includes('LOST=kill')]).toEqual([true, true])
    expect(stdout.includes(marker!)).toBe(false)
  })
})

/** A tag is nothing that JSON has. */
const deployFile = (web1: object): string => `
project: p
source: app
hosts: { web1: ${JSON.stringify(web1)} }
instances: { main: { hosts: [web1], env: { APP_KEY: !secret APP_KEY } } }
deploy:
  before_switch: ['umask 077; printf %s "$APP_KEY" >"$HOME/told"; sh -c "sleep 1; : told"']
tasks:
  fail: 'echo trouble >&2; exit 3'
`

/** Everything that holds the secret while a call runs, seen at least once. */
async function watched(call: Call): Promise<{ args: Process[]; env: Process[] }> {
  const seen = { args: new Map<number, Process>(), env: new Map<number, Process>() }
  let running = true
  void call.end.then(() => {
    running = false
  })
  while (running) {
    for (const each of processes()) {
      if (each.args.includes(core)) seen.args.set(each.pid, each)
      if (each.env.includes(core)) seen.env.set(each.pid, each)
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return { args: [...seen.args.values()], env: [...seen.env.values()] }
}

// `/usr/bin/sleep 1` → sleep
const nameOf = ({ args }: Process): string => /([^/ ]*)( |$)/.exec(args)?.[1] ?? ''

/** The files below a folder that hold a text and can be read by others than their owner. */
function openFilesWith(text: string, folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => lstatSync(path).isFile() && (lstatSync(path).mode & 0o077) !== 0)
    .filter((path) => readFileSync(path).includes(text))
}

/** A connection that keeps what is sent along with each request. */
const listening = (connection: Connection, sent: string[]): Connection => ({
  ...connection,
  open(command, input, onOutput) {
    sent.push(Buffer.from(input).toString('latin1'))
    expect(command).not.toMatch(/[0-9a-f]{32}/)
    return connection.open(command, input, onOutput)
  },
})
