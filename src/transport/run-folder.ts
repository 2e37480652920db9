import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Beyond this ssh cannot make a socket: 104 bytes, less its own temporary name (17) and those of the sockets in the folder. */
const longestPath = 80

/**
 * A folder for the sockets of this process, which only we may enter. Those that killed processes have left behind are removed:
 * the names say whose they are.
 */
export function makeRunFolder(base = tmpdir()): string {
  const prefix = folderPrefix(process.pid)
  const short = base.length + prefix.length + 7 > longestPath ? '/tmp' : base
  removeForsaken(short)
  return mkdtempSync(join(short, prefix))
}

/** `venvoy-ssh-3f9a-1x2-8k3j-`: the machine or container, the process, and when it began. */
export const folderPrefix = (pid: number): string =>
  `venvoy-ssh-${space()}-${pid.toString(36)}-${(startOf(pid) ?? 0).toString(36)}-`

function removeForsaken(base: string): void {
  for (const name of list(base)) {
    // venvoy-ssh-3f9a-1x2-8k3j-Ab3dE6
    const [, where, pid = '', start = ''] = /^venvoy-ssh-([0-9a-f]+)-(\w+)-(\w+)-\w{6}$/.exec(name) ?? []
    // A process of another container cannot be seen from here.
    if (where !== space() || isThere(Number.parseInt(pid, 36), Number.parseInt(start, 36))) continue
    const path = join(base, name)
    try {
      if (statSync(path).uid === process.getuid?.()) rmSync(path, { recursive: true, force: true })
    } catch {
      // Another run has removed it meanwhile.
    }
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function isThere(pid: number, start: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const since = startOf(pid)
  return since === undefined || since === start
}

/** In ticks since the machine was started; undefined where there is no /proc, or no such process. */
function startOf(pid: number): number | undefined {
  try {
    // 4711 (node) S 1 4711 … : the 22nd word, the 20th behind the name, which may hold spaces
    const [, rest = ''] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? []
    return Number(rest.split(' ')[19])
  } catch {
    return undefined
  }
}

/** Where a process id means what it means here. */
function space(): string {
  let namespace = ''
  try {
    namespace = readlinkSync('/proc/self/ns/pid')
  } catch {
    // There are none but on Linux.
  }
  return createHash('sha256').update(`${hostname()} ${namespace}`).digest('hex').slice(0, 4)
}
