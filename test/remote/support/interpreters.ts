import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { VenvInput } from '../../../src/remote/venv-input.js'

/** Every Python on this machine that tests may use: pyenv's, and the system's. */
export function findInterpreters(): readonly string[] {
  const pyenv = join(homedir(), '.pyenv/versions')
  const versions = existsSync(pyenv) ? readdirSync(pyenv) : []
  const paths = versions.map((version) => join(pyenv, version, 'bin/python'))
  return [...paths, '/usr/local/bin/python3', '/usr/bin/python3'].filter((path) => existsSync(path))
}

/** The oldest, the newest and the system's: the others are for the integration tests. */
export function edgeInterpreters(): readonly string[] {
  const found = findInterpreters()
  return found.filter((path) => /\/(2\.7|3\.6|3\.1[34])\.|\/usr\//.test(path)) // '…/versions/3.6.15/bin/python', '/usr/bin/python3'
}

/** One that can make venvs, preferably the system's. */
export function anyPython3(): string {
  const found = [...findInterpreters()].reverse()
  const first = found.find((path) => !describePython(path).version.startsWith('2.'))
  if (first === undefined) throw new Error('these tests need a python3 with the module venv')
  return first
}

/** What the probe knows of an interpreter. */
export function describePython(path: string): VenvInput['python'] {
  const real = realpathSync(path)
  const { ino, size, mtimeMs } = statSync(real)
  const text = execFileSync(path, ['-c', 'import sys; sys.stdout.write("%d.%d.%d" % sys.version_info[:3])'])
  return { path, real, version: text.toString(), stamp: `${ino} ${size} ${Math.floor(mtimeMs / 1000)}` }
}
