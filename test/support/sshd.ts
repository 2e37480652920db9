import { type ChildProcess, execFile, spawn } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

type HostKeyType = 'ed25519' | 'ecdsa' | 'rsa'
export type LoginShell = 'sh' | 'bash' | 'dash' | 'busybox' | 'tcsh' | 'fish' | 'nologin'

export interface SshdOptions {
  /** Which host keys it has. Default: all three. */
  readonly hostKeys?: readonly HostKeyType[]
  /** Further lines of sshd_config, put first, so that they win: `MaxAuthTries 2`. */
  readonly config?: readonly string[]
  /** The remote HOME. Default: `<folder>/home`. */
  readonly home?: string
  /** The remote login shell: it gets `-c` and the command, and reads its own start-up files in `home`. Default: bash. */
  readonly shell?: LoginShell
  /** Further env of the remote commands. */
  readonly env?: Readonly<Record<string, string>>
  /** Who logs in, where it is not the current user; `home` is to be this user's. */
  readonly user?: string
  /** What starts it: words in front of its own, as `unshare -m …`. */
  readonly within?: readonly string[]
  /** Further public keys that may log in. */
  readonly authorizedKeys?: readonly string[]
  /** The private key of an authority that certifies its host keys, for the name `127.0.0.1`. */
  readonly hostAuthority?: string
}

export interface Sshd {
  readonly host: '127.0.0.1'
  readonly port: number
  /** The only one that may log in; the current user, if no other was named. */
  readonly user: string
  /** A private key (ed25519, no passphrase) that may log in. */
  readonly keyFile: string
  /** What known_hosts would say: one line for each host key. */
  readonly knownHostsText: string
  /** Removed by `stop`. */
  readonly folder: string
  readonly home: string
  readonly pid: number
  /** What sshd has logged until now. */
  log(): string
  stop(): Promise<void>
}

/** Debian's real sshd on a free loopback port, with keys, config, home and login shell of its own in a temporary folder. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const folder = await mkdtemp(join(tmpdir(), 'venvoy-sshd-'))
  const home = options.home ?? join(folder, 'home')
  mkdirSync(home, { recursive: true })
  mkdirSync(join(folder, 'empty'))
  // Privilege separation of a root's sshd wants its folder, which only the init script makes.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true })
  const hostKeys = options.hostKeys ?? ['ed25519', 'ecdsa', 'rsa']
  await Promise.all([...hostKeys.map((type) => makeKey(join(folder, `host_${type}`), type)), makeUserKey(folder)])
  if (options.hostAuthority !== undefined) await certify(folder, hostKeys, options.hostAuthority)
  writeFileSync(
    join(folder, 'authorized_keys'),
    [readText(join(folder, 'id_ed25519.pub')).trim(), ...(options.authorizedKeys ?? []), ''].join('\n'),
  )
  writeLogin(folder, home, options)
  // Another user reads the key and runs the login from there.
  if (options.user !== undefined) chmodSync(folder, 0o755)
  const certificates = options.hostAuthority === undefined ? [] : hostKeys
  const config = certificates.map((type) => `HostCertificate ${join(folder, `host_${type}-cert.pub`)}`)
  const { port, child } = await listen(folder, hostKeys, [...(options.config ?? []), ...config], options.within ?? [])
  return {
    host: '127.0.0.1',
    port,
    user: options.user ?? userInfo().username,
    keyFile: join(folder, 'id_ed25519'),
    knownHostsText: hostKeys.map((type) => knownHost(folder, type, port)).join(''),
    folder,
    home,
    pid: child.pid!,
    log: () => readText(join(folder, 'log')),
    stop: () => stop(child, folder),
  }
}

const makeKey = (file: string, type: HostKeyType) =>
  run('ssh-keygen', ['-q', '-t', type, ...(type === 'rsa' ? ['-b', '2048'] : []), '-N', '', '-C', 'test', '-f', file])

const makeUserKey = (folder: string) => makeKey(join(folder, 'id_ed25519'), 'ed25519')

const certify = (folder: string, types: readonly HostKeyType[], authority: string) =>
  run('ssh-keygen', [
    ...['-q', '-s', authority, '-I', 'host', '-h', '-n', '127.0.0.1'],
    ...types.map((type) => join(folder, `host_${type}.pub`)),
  ])

const readText = (file: string) => readFileSync(file, 'utf8')

// ssh-ed25519 AAAA… test → [127.0.0.1]:2201 ssh-ed25519 AAAA…
function knownHost(folder: string, type: HostKeyType, port: number): string {
  const [name, blob] = readText(join(folder, `host_${type}.pub`)).split(' ')
  return `[127.0.0.1]:${port} ${name} ${blob!.trim()}\n`
}

/**
 * sshd takes HOME and the login shell from passwd. The real login shell of the account gets an empty home by SetEnv, so
 * that its own start-up files have no say, and then this script gives way to the shell and home that the test wants.
 */
function writeLogin(folder: string, home: string, options: SshdOptions): void {
  const shell = findShell(options.shell ?? 'bash', folder)
  const exports = Object.entries(options.env ?? {}).map(([name, value]) => `export ${name}=${quote(value)}`)
  const lines = [
    '#!/bin/sh',
    `HOME=${quote(home)} SHELL=${quote(shell)}`,
    'export HOME SHELL',
    ...exports,
    'cd "$HOME"',
    // bash reads .bashrc for sshd only when it believes to be the first shell.
    'unset SHLVL OLDPWD',
    'command="$SSH_ORIGINAL_COMMAND"',
    'unset SSH_ORIGINAL_COMMAND',
    'if [ -n "$command" ]; then exec "$SHELL" -c "$command"; else exec "$SHELL" -l; fi',
    '',
  ]
  writeFileSync(join(folder, 'login'), lines.join('\n'), { mode: 0o755 })
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

function findShell(shell: LoginShell, folder: string): string {
  if (shell === 'sh') return '/bin/sh'
  const program = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'].map((place) => join(place, shell)).find(existsSync)
  if (program === undefined) throw new Error(`${shell} is not installed`)
  if (shell !== 'busybox') return program
  // BusyBox is the shell when it is called so.
  symlinkSync(program, join(folder, 'sh'))
  return join(folder, 'sh')
}

async function listen(
  folder: string,
  hostKeys: readonly HostKeyType[],
  config: readonly string[],
  within: readonly string[],
) {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    writeFileSync(join(folder, 'sshd_config'), sshdConfig(folder, port, hostKeys, config))
    const log = openSync(join(folder, 'log'), 'w')
    const [program, ...args] = [...within, '/usr/sbin/sshd', '-D', '-e', '-f', join(folder, 'sshd_config')]
    const child = spawn(program!, args, {
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH },
    })
    closeSync(log)
    if (await isListening(child, folder)) return { port, child }
    const text = readText(join(folder, 'log'))
    // Somebody else may have taken the port between the question and the use.
    if (!text.includes('Address already in use') || attempt === 5) {
      rmSync(folder, { recursive: true, force: true })
      throw new Error(`sshd did not start:\n${text}`)
    }
  }
}

function sshdConfig(folder: string, port: number, hostKeys: readonly HostKeyType[], config: readonly string[]): string {
  return [
    ...config,
    `ListenAddress 127.0.0.1:${port}`,
    ...hostKeys.map((type) => `HostKey ${join(folder, `host_${type}`)}`),
    'PidFile none',
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    `SetEnv HOME=${join(folder, 'empty')}`,
    `ForceCommand ${join(folder, 'login')}`,
    // Of this one, sshd takes the last.
    ...(config.some((line) => line.startsWith('MaxStartups ')) ? [] : ['MaxStartups 200:30:400']),
    'LogLevel VERBOSE',
    '',
  ].join('\n')
}

/** A port of 127.0.0.1 that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}

async function isListening(child: ChildProcess, folder: string): Promise<boolean> {
  for (let waited = 0; waited < 1000; waited++) {
    if (readText(join(folder, 'log')).includes('Server listening')) return true
    if (child.exitCode !== null) return false
    await sleep(5)
  }
  child.kill('SIGKILL')
  return false
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  const family = child.exitCode === null ? await descendants(child.pid!) : []
  const gone = child.exitCode === null ? new Promise((resolve) => child.once('exit', resolve)) : undefined
  child.kill('SIGTERM')
  // sshd leaves its sessions behind when it ends: they were started by this test too.
  for (const pid of family) kill(pid)
  await gone
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}

async function descendants(root: number): Promise<number[]> {
  const children = new Map<number, number[]>()
  for (const name of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    // 4711 (sshd) S 1 … → 1
    const parent = Number(/\) \S (\d+) /.exec(stat)?.[1])
    children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const below = (pid: number): number[] => (children.get(pid) ?? []).flatMap((each) => [each, ...below(each)])
  return below(root)
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
