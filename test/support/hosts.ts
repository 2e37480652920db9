import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedHost } from '../../src/testing/index.js'
import { descendantsOf } from './processes.js'
import { sampleOf } from './sample.js'
import { type LoginShell, startSshd } from './sshd.js'
import type { SudoUser } from './sudo-user.js'

export const hostKinds = ['sshd', 'embedded'] as const
export type HostKind = (typeof hostKinds)[number]

/** One of the two, by chance another one for other tests; both with VENVOY_TEST_ALL. */
export const hostKindsFor = (tests: string): [HostKind, string][] =>
  sampleOf(
    `kinds of hosts: ${tests}`,
    hostKinds.map((kind): [HostKind, string] => [kind, tests]),
    1,
  )
export type StepShell = 'dash' | 'bash' | 'busybox'

/** A real sshd or the embedded host, with what a test does to either. */
export interface TestHost {
  readonly address: string
  readonly port: number
  readonly user: string
  /** The remote HOME; removed by `stop`. */
  readonly home: string
  readonly knownHosts: string
  /** The text of a private key that is let in. */
  readonly key: string
  /** Ends every session from the host's side. */
  cut(): void
  stop(): Promise<void>
}

export interface HostOptions {
  readonly login?: LoginShell
  /** What `sh` is on the host, and with it the runner's shell and that of steps. */
  readonly sh?: StepShell
  /** Files in a folder in front of the host's PATH, by name: links to these programs. */
  readonly programs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly config?: readonly string[]
  /** What starts its sshd: words in front of its own, as `unshare -m …`. */
  readonly within?: readonly string[]
  /** Another user of this machine who logs in, for `sshd`. */
  readonly user?: SudoUser
}

/** What sshd gives by itself; the embedded host is to be no different. */
export const systemPath = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin'

export async function startHost(kind: HostKind, options: HostOptions = {}): Promise<TestHost> {
  const { login = 'bash', sh, programs = {} } = options
  const folder = mkdtempSync(join(tmpdir(), 'venvoy-host-'))
  const home = join(folder, 'home')
  const bin = join(folder, 'bin')
  mkdirSync(home)
  mkdirSync(bin)
  if (sh !== undefined) symlinkSync(programPath(sh), join(bin, 'sh'))
  for (const [name, path] of Object.entries(programs)) symlinkSync(path, join(bin, name))
  if (options.user !== undefined) {
    chmodSync(folder, 0o755)
    options.user.own(home)
  }
  const env = { PATH: `${bin}:${systemPath}`, ...options.env }
  const started =
    kind === 'sshd'
      ? await sshdHost(home, login, env, options)
      : await embeddedHost(home, loginPath(login, folder), env)
  return {
    ...started,
    home,
    async stop() {
      await started.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function sshdHost(
  home: string,
  shell: LoginShell,
  env: Record<string, string>,
  { config = [], user, within = [] }: HostOptions,
) {
  const as = user === undefined ? {} : { user: user.name }
  const sshd = await startSshd({ home, shell, env, config, hostKeys: ['ed25519'], within, ...as })
  return {
    ...{ address: sshd.host, port: sshd.port, user: sshd.user, knownHosts: sshd.knownHostsText },
    key: readFileSync(sshd.keyFile, 'utf8'),
    cut() {
      for (const { pid, args } of descendantsOf(sshd.pid)) if (args.startsWith('sshd')) process.kill(pid, 'SIGKILL')
    },
    stop: () => sshd.stop(),
  }
}

async function embeddedHost(home: string, shell: string, env: Record<string, string>) {
  const host = await startEmbeddedHost({ home, shell, env })
  return {
    ...{ address: host.address, port: host.port, user: host.user, knownHosts: host.knownHosts, key: host.clientKey },
    cut: () => host.dropConnections(),
    stop: () => host.stop(),
  }
}

function loginPath(shell: LoginShell, folder: string): string {
  if (shell !== 'busybox') return programPath(shell)
  // BusyBox is a shell when it is called so.
  symlinkSync(programPath(shell), join(folder, 'sh'))
  return join(folder, 'sh')
}

/** Where a program is that the system has. */
export function programPath(name: string): string {
  const path = systemPath
    .split(':')
    .map((place) => join(place, name))
    .find(existsSync)
  if (path === undefined) throw new Error(`${name} is not installed`)
  return path
}
