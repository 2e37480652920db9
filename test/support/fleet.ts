import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { built } from '../cli/support/built.js'

interface LightHost {
  readonly name: string
  readonly address: string
  readonly port: number
  /** Its line of known_hosts. */
  readonly knownHosts: string
}

export interface Fleet {
  readonly hosts: readonly LightHost[]
  /** `slow`, `drop`, `silent` or `refuse`, by name (bench/light-hosts.mjs); the others are well. */
  behave(ways: Readonly<Record<string, string>>): Promise<void>
  stop(): void
}

const eachProcess = 500

/** Light SSH hosts in processes of their own, and in `home` the key that lets the current user in. */
export async function startFleet(home: string, names: readonly string[]): Promise<Fleet> {
  const ssh = join(home, '.ssh')
  mkdirSync(ssh, { mode: 0o700 })
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(ssh, 'id_ed25519')])
  const key = readFileSync(join(ssh, 'id_ed25519.pub'), 'utf8').trim()
  const parts: Part[] = []
  const hosts: LightHost[] = []
  for (let first = 0; first < names.length; first += eachProcess) {
    const part = startPart()
    parts.push(part)
    const own = names.slice(first, first + eachProcess)
    const said = await part.ask({ names: own, first, port: hosts[0]?.port, user: userInfo().username, key })
    hosts.push(...(said as { hosts: LightHost[] }).hosts)
  }
  writeFileSync(join(ssh, 'known_hosts'), hosts.map(({ knownHosts }) => knownHosts).join(''))
  return {
    hosts,
    async behave(ways) {
      await Promise.all(parts.map((part) => part.ask({ ways })))
    },
    stop() {
      for (const { child } of parts) child.stdin?.end()
    },
  }
}

interface Part {
  readonly child: ChildProcess
  ask(question: object): Promise<unknown>
}

function startPart(): Part {
  const program = join(import.meta.dirname, '..', '..', 'bench', 'light-hosts.mjs')
  const testing = join(built, 'dist', 'testing', 'index.js')
  const child = spawn(process.execPath, [program, testing], { stdio: ['pipe', 'pipe', 'inherit'] })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    child,
    async ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`)
      return JSON.parse((await answers.next()).value)
    },
  }
}

/** An address that takes no connection and refuses none: its queue is full, and nobody comes to the door. */
export async function startBlackHole(): Promise<{ readonly address: string; readonly port: number; stop(): void }> {
  const program = [
    'import socket, sys',
    'door = socket.socket()',
    "door.bind(('127.77.255.1', 0))",
    'door.listen(0)',
    'waiting = []',
    'for _ in range(3):',
    '    each = socket.socket()',
    '    each.setblocking(False)',
    '    each.connect_ex(door.getsockname())',
    '    waiting.append(each)',
    'print(door.getsockname()[1])',
    'sys.stdout.flush()',
    'sys.stdin.read()',
  ]
  const child = spawn('python3', ['-c', program.join('\n')], { stdio: ['pipe', 'pipe', 'inherit'] })
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
  return { address: '127.77.255.1', port: Number(value), stop: () => child.stdin.end() }
}
