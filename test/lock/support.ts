import { VenvoyError } from '../../src/errors.js'
import type { Interpreter } from '../../src/facts/facts.js'
import type { Lockfile } from '../../src/lock/lock.js'

/** 64 hexadecimal digits that a letter stands for. */
export const digest = (letter: string): string => letter.repeat(64)

/** A lockfile as lines: `name version [; marker] [files or number of hashes] [<- origin]`. */
export const listing = ({ packages }: Pick<Lockfile, 'packages'>): string[] =>
  packages.map(({ name, version, marker, hashes, artifacts, origin }) =>
    [
      `${name} ${version}`.trim(),
      ...(marker === undefined ? [] : [`; ${marker}`]),
      artifacts.length > 0 ? `[${artifacts.map(({ filename }) => filename).join(' ')}]` : `(${hashes.length})`,
      ...(origin === undefined ? [] : [`<- ${JSON.stringify(origin)}`]),
    ].join(' '),
  )

/** The whole text of the error that a call ends with. */
export function failureOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (error instanceof VenvoyError) return error.message
    throw error
  }
  throw new Error('it did not fail')
}

export const linux = { os: 'Linux', arch: 'x86_64' }

/** A CPython of a version on Linux with glibc 2.36. */
export function cpython(version: string, more: Partial<Interpreter> = {}): Interpreter {
  const [major, minor] = version.split('.')
  return {
    path: `/usr/bin/python${major}.${minor}`,
    real: `/usr/bin/python${major}.${minor}`,
    version,
    implementation: 'cpython',
    abi: `cpython-${major}${minor}-x86_64-linux-gnu`,
    platform: 'linux-x86_64',
    libc: 'glibc 2.36',
    hasVenv: true,
    hasEnsurepip: true,
    stamp: '1 2 3',
    ...more,
  }
}
