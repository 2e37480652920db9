import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { VenvoyError } from '../errors.js'

/** Prints the interpreter's path if it can make venvs that have pip. */
const probe = 'import ensurepip, sys, venv; print(sys.executable)'

/** What to type, by the name that a Linux distribution gives itself. */
const packageLines: Readonly<Record<string, string>> = {
  debian: 'apt-get install -y python3-venv',
  fedora: 'dnf install -y python3',
  rhel: 'dnf install -y python3',
  suse: 'zypper install -y python3',
  alpine: 'apk add python3',
  arch: 'pacman -S --noconfirm python',
}

/**
 * The path of the python3 of this PATH, found able to make venvs with pip.
 * A `VenvoyError` says what is missing and the line to type.
 */
export async function findDemoPython(path: string | undefined): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('python3', ['-c', probe], { env: { PATH: path } })
    return stdout.trim()
  } catch (error) {
    throw noPython(error as NodeJS.ErrnoException & { stderr?: string }, await readOsRelease())
  }
}

function noPython(error: NodeJS.ErrnoException & { stderr?: string }, osRelease: string): VenvoyError {
  const lastLine = error.stderr?.trim().split('\n').at(-1)
  return new VenvoyError(
    {
      kind: 'config',
      where: 'demo',
      what: error.code === 'ENOENT' ? 'there is no python3' : 'python3 cannot make venvs with pip',
      why: lastLine ? [lastLine] : [],
      next: installLine(osRelease, process.platform, process.getuid?.() === 0),
    },
    { cause: error },
  )
}

/** The line that installs python3 with venv on the system that this /etc/os-release describes. */
export function installLine(osRelease: string, platform: string, isRoot: boolean): string {
  if (platform === 'darwin') return 'xcode-select --install'
  // `ID=ubuntu`, `ID_LIKE="rhel centos fedora"`
  const names = [...osRelease.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap(([, value = '']) => value.split(' '))
  const line = names.map((name) => packageLines[name]).find((known) => known !== undefined)
  if (line === undefined) return 'install python3 with its modules venv and ensurepip, then run the demo again'
  return isRoot ? line : `sudo ${line}`
}

async function readOsRelease(): Promise<string> {
  return await readFile('/etc/os-release', 'utf8').catch(() => '')
}
