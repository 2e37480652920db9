import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Where peers stay from one run to the next; removed, it is filled anew. */
export const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'venvoy-bench')

/** A venv of its own with the newest versions from PyPI, by name: `{ bin, version }`, the version being the first one's. */
export async function fromPyPI(name, packages) {
  const folder = join(cacheFolder, name)
  const frozen = join(folder, 'frozen.txt')
  if (!existsSync(frozen)) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(cacheFolder, { recursive: true })
    await run('python3', ['-m', 'venv', folder])
    const pip = (...words) => run(join(folder, 'bin/pip'), ['--disable-pip-version-check', ...words])
    await pip('install', '--quiet', ...packages)
    // Last: it says that all before it went well.
    writeFileSync(frozen, (await pip('freeze')).stdout)
  }
  return { bin: join(folder, 'bin'), folder, version: versionIn(readFileSync(frozen, 'utf8'), packages[0]) }
}

/** `ansible-core==2.19.14` → `2.19.14` */
function versionIn(frozen, name) {
  const line = frozen.split('\n').find((each) => each.toLowerCase().startsWith(`${name.toLowerCase()}==`))
  return line?.slice(name.length + 2) ?? 'of an unknown version'
}

/**
 * A program of Debian's: the one that is installed, or else what the packages hold, unpacked into the cache; nothing is
 * installed on this machine. Gives the program and the env that it wants.
 */
export async function fromDebian(program, packages) {
  const installed = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path))
  if (installed !== undefined) return { program: installed, env: {} }
  const folder = join(cacheFolder, `debian-${program}`)
  if (!existsSync(folder)) await unpack(folder, packages)
  const libraries = readdirSync(join(folder, 'usr/lib'))
    .filter((name) => /^[a-z0-9_]+-linux-/.test(name)) // x86_64-linux-gnu
    .map((name) => join(folder, 'usr/lib', name))
  const env = {
    PYTHONPATH: join(folder, 'usr/lib/python3/dist-packages'),
    ...(libraries.length > 0 ? { LD_LIBRARY_PATH: libraries.join(delimiter) } : {}),
  }
  return { program: join(folder, 'usr/bin', program), env }
}

async function unpack(folder, packages) {
  const half = `${folder}.half`
  rmSync(half, { recursive: true, force: true })
  mkdirSync(half, { recursive: true })
  await run('apt-get', ['download', '-q', ...packages], { cwd: half })
  for (const name of readdirSync(half).filter((each) => each.endsWith('.deb'))) {
    await run('dpkg-deb', ['-x', join(half, name), half])
  }
  renameSync(half, folder)
}

/** What a program says of its version: `rsync  version 3.5.0  protocol …` → `3.5.0` */
export async function versionOf(program, args, env = {}) {
  const { stdout } = await run(program, args, { env: { ...process.env, ...env } })
  return /\d+(\.\d+)+/.exec(stdout)?.[0] ?? 'of an unknown version'
}
