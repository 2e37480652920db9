import { execFile, spawn, spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const sshd = '/usr/sbin/sshd'
// By the kernel's filter: without it every system call would stop, and a shell reads byte by byte.
const tracer = ['strace', '-f', '--seccomp-bpf', '-qq', '-e', 'trace=fork,vfork,clone,clone3', '-o']

/** A host key and a user key, for any number of sshds in that folder. */
export async function makeKeys(folder) {
  for (const name of ['host_ed25519', 'id_ed25519']) {
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'bench', '-f', join(folder, name)])
  }
  writeFileSync(join(folder, 'authorized_keys'), readFileSync(join(folder, 'id_ed25519.pub')))
  const [type, blob] = readFileSync(join(folder, 'host_ed25519.pub'), 'utf8').split(' ')
  return { keyFile: join(folder, 'id_ed25519'), hostKey: `${type} ${blob}` }
}

/** Whether processes can be counted here. */
export function canTrace() {
  const [program, ...args] = [...tracer, '/dev/null', 'true']
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0
}

/**
 * The system's sshd on a port of every loopback address, for the current user alone, with a home of its own. `trace`: a
 * file that strace writes the processes to that it starts. Ends with `stop`.
 */
export async function startSshd({ folder, home, trace }) {
  // Privilege separation of a root's sshd wants its folder, which only the init script makes.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true })
  const port = await freePort()
  const name = join(folder, `sshd-${port}`)
  writeFileSync(`${name}.conf`, await config(folder, home, port))
  const log = openSync(`${name}.log`, 'w')
  const own = [sshd, '-D', '-e', '-f', `${name}.conf`]
  const [program, ...args] = trace === undefined ? own : [...tracer, trace, ...own]
  const child = spawn(program, args, { stdio: ['ignore', log, log], env: { PATH: process.env.PATH } })
  const problem = new Promise((resolve) => child.once('error', resolve))
  closeSync(log)
  const error = await Promise.race([problem, listening(child, `${name}.log`)])
  if (error !== undefined) throw error
  return { port, stop: () => stop(child) }
}

async function config(folder, home, port) {
  // `OpenSSH_9.2p1 …`: before 9.8 there are no penalties, and sshd refuses the word.
  const { stderr } = await run('ssh', ['-V'])
  const [, major, minor] = /OpenSSH_(\d+)\.(\d+)/.exec(stderr).map(Number)
  return [
    `ListenAddress 0.0.0.0:${port}`,
    `AllowUsers ${userInfo().username}@127.0.0.0/8`,
    `HostKey ${join(folder, 'host_ed25519')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    `SetEnv HOME=${home}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'UseDNS no',
    'Subsystem sftp internal-sftp',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'MaxStartups 10000',
    'MaxSessions 100',
    ...(major > 9 || (major === 9 && minor >= 8) ? ['PerSourcePenalties no'] : []),
    '',
  ].join('\n')
}

async function freePort() {
  const listener = createServer()
  await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address()
  await new Promise((resolve) => listener.close(resolve))
  return port
}

async function listening(child, log) {
  for (let tries = 0; tries < 1000 && child.exitCode === null; tries++) {
    if (readFileSync(log, 'utf8').includes('Server listening')) return undefined
    await sleep(10)
  }
  return new Error(`sshd did not start:\n${readFileSync(log, 'utf8')}`)
}

async function stop(child) {
  if (child.exitCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  // sshd leaves its sessions behind when it ends, and strace its sshd: all were started from here.
  const family = descendants(child.pid)
  child.kill('SIGTERM')
  for (const pid of family) kill(pid)
  await gone
}

function descendants(root) {
  const children = new Map()
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const parent = parentOf(pid)
    children.set(parent, [...(children.get(parent) ?? []), Number(pid)])
  }
  const below = (pid) => (children.get(pid) ?? []).flatMap((each) => [each, ...below(each)])
  return below(root)
}

function parentOf(pid) {
  try {
    // 4711 (sshd) S 1 … → 1
    return Number(/\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1])
  } catch {
    // It has ended by itself.
    return undefined
  }
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
