import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { builtProgram } from '../cli/support/built.js'
import type { TestHost } from './hosts.js'
import { until } from './processes.js'

/** How a call of venvoy ended, and what it said. */
export interface Said {
  /** The exit code, or the name of the signal that ended it. */
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

/** A call of venvoy that runs. */
export interface Call {
  readonly pid: number
  /** What it has said until now. */
  said(): { readonly stdout: string; readonly stderr: string }
  /** Waits until stdout or stderr holds the text. */
  says(text: string): Promise<void>
  kill(signal: NodeJS.Signals): void
  readonly end: Promise<Said>
}

interface CallOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Below the project's folder. */
  readonly cwd?: string
  /** Takes stdout as it comes; `Said.stdout` stays empty. */
  onStdout?(chunk: Buffer): void
}

/** A person with a home, keys and a project, in a temporary folder, who types `venvoy …`. */
export interface Desk {
  readonly folder: string
  readonly home: string
  readonly project: string
  /** Writes a file below the project's folder; an object is written as JSON, which is YAML too. */
  write(path: string, content: string | Uint8Array | object): string
  /** Gets the key of a host and its place in known_hosts; gives the host's entry for deploy.yml. */
  know(host: TestHost, said?: { readonly port?: number; readonly address?: string }): Record<string, unknown>
  start(args: readonly string[], options?: CallOptions): Call
  venvoy(...args: readonly string[]): Promise<Said>
  /** A text without what differs from run to run: folders, ports, times. */
  mask(text: string): string
  remove(): void
}

export function openDesk(): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'venvoy-desk-'))
  const home = join(folder, 'home')
  const project = join(folder, 'project')
  mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 })
  mkdirSync(project)
  const known: TestHost[] = []
  const start = (args: readonly string[], options: CallOptions = {}) =>
    call(args, join(project, options.cwd ?? ''), { ...envOf(home), ...options.env }, options.onStdout)
  return {
    ...{ folder, home, project, start },
    write(path, content) {
      const file = join(project, path)
      mkdirSync(dirname(file), { recursive: true })
      const isRaw = typeof content === 'string' || content instanceof Uint8Array
      writeFileSync(file, isRaw ? content : JSON.stringify(content, undefined, 2))
      return file
    },
    know(host, { port = host.port, address = host.address } = {}) {
      known.push(host)
      const file = join(home, '.ssh', `key${known.length}`)
      writeFileSync(file, host.key, { mode: 0o600 })
      const line = host.knownHosts.replaceAll(`]:${host.port}`, `]:${port}`)
      writeFileSync(join(home, '.ssh/known_hosts'), line, { flag: 'a', mode: 0o600 })
      return { address, port, user: host.user, identity_file: file }
    },
    venvoy: (...args) => start(args).end,
    mask: (text) => masked(text, folder, known),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const envOf = (home: string): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: home,
  TMPDIR: dirname(home),
  XDG_STATE_HOME: join(home, '.local/state'),
  XDG_CACHE_HOME: join(home, '.cache'),
  GIT_CONFIG_GLOBAL: '/dev/null',
  // Each home is new: what V8 made of the program would be written and never read.
  NODE_DISABLE_COMPILE_CACHE: '1',
})

function call(
  args: readonly string[],
  cwd: string,
  env: Record<string, string>,
  onStdout?: (chunk: Buffer) => void,
): Call {
  const child = spawn(process.execPath, [...builtProgram, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  child.stdout.on('data', (chunk: Buffer) => (onStdout ? onStdout(chunk) : chunks.stdout.push(chunk)))
  child.stderr.on('data', (chunk: Buffer) => chunks.stderr.push(chunk))
  const said = () => ({ stdout: String(Buffer.concat(chunks.stdout)), stderr: String(Buffer.concat(chunks.stderr)) })
  let ended = false
  const end = new Promise<Said>((resolve) => {
    child.once('close', (code, signal) => {
      ended = true
      resolve({ code: code ?? signal ?? 'no end', ...said() })
    })
  })
  return {
    pid: child.pid!,
    said,
    async says(text) {
      const isSaid = () => `${said().stdout}\n${said().stderr}`.includes(text)
      await until(`venvoy says ${text}`, () => ended || isSaid(), 30)
      if (!isSaid()) throw new Error(`venvoy ended without saying ${text}:\n${said().stdout}${said().stderr}`)
    },
    kill: (signal) => void child.kill(signal),
    end,
  }
}

function masked(text: string, folder: string, hosts: readonly TestHost[]): string {
  const places = [
    ...hosts.flatMap(({ home }, i) => [[home, `HOME${i + 1}`] as const]),
    [folder, 'DESK'] as const,
    ...hosts.map(({ port }, i) => [`:${port}`, `:PORT${i + 1}`] as const),
  ]
  const placed = places.reduce((masked, [from, to]) => masked.replaceAll(from, to), text)
  // `in 0.1 s`, `1 min 2 s`: how long it took; `logs: DESK/…/runs/20261121-…`: every run has its own
  return placed.replace(/\b(?:\d+ min )?\d+(?:\.\d+)? s$/gm, 'TIME').replace(/^logs: .*\n/gm, '')
}

/** One line of `--json`. */
export type Line = Readonly<Record<string, unknown>> & { readonly type: string }

export const jsonLines = ({ stdout }: Said): Line[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)

/** What a folder holds: a line for each entry with its kind, mode, content and, for files, the time of its last change. */
export function contentsOf(folder: string): string[] {
  const below = (path: string): string[] =>
    readdirSync(join(folder, path)).flatMap((name) => {
      const entry = join(path, name)
      const file = join(folder, entry)
      const { mode, mtimeMs, ino } = lstatSync(file)
      const kind = (mode & 0o170000).toString(8)
      if (kind === '40000') return [`${entry}/ ${mode.toString(8)} ${ino}`, ...below(entry)]
      if (kind === '120000') return [`${entry} -> ${readlinkSync(file)} ${ino}`]
      if (kind !== '100000') return [`${entry} ${mode.toString(8)}`]
      const digest = createHash('sha256').update(readFileSync(file)).digest('hex')
      return [`${entry} ${mode.toString(8)} ${ino} ${mtimeMs} ${digest}`]
    })
  return existsSync(folder) ? below('').sort() : []
}

/** What differs between two contents, at most the first ten lines of it. */
export function differences(before: readonly string[], after: readonly string[]): string[] {
  const [was, is] = [new Set(before), new Set(after)]
  const gone = before.filter((line) => !is.has(line)).map((line) => `- ${line}`)
  const come = after.filter((line) => !was.has(line)).map((line) => `+ ${line}`)
  return [...gone, ...come].slice(0, 10)
}
