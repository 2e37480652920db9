import { VenvoyError } from '../errors.js'
import type { Lockfile } from './lock.js'
import { readPipfile } from './read-pipfile.js'
import { readPoetry } from './read-poetry.js'
import { isPylock, readPylock } from './read-pylock.js'
import { readUv } from './read-uv.js'

/** A lockfile as it stands in the tree, and what of it is wanted. */
export interface LockText {
  /** In the tree. */
  readonly path: string
  readonly text: string
  /** Names of optional parts, normalised or not. */
  readonly extras: readonly string[]
  /** Dependency groups; undefined: what the lockfile calls default. */
  readonly groups?: readonly string[]
  /** The text of the pyproject.toml beside it, if there is one; an older poetry.lock does not say what is wanted. */
  readonly pyproject?: string
}

/** Reads any lockfile but requirements.txt, by its name. Throws a VenvoyError with file and line. */
export function readLockfile(given: LockText): Lockfile {
  const name = given.path.split('/').at(-1)!
  if (isPylock(name)) return readPylock(given)
  if (name === 'uv.lock') return readUv(given)
  if (name === 'poetry.lock') return readPoetry(given)
  if (name === 'Pipfile.lock') return readPipfile(given)
  throw new VenvoyError({
    kind: 'config',
    where: given.path,
    what: 'not the name of a lockfile',
    why: ['known are pylock.toml, pylock.NAME.toml, uv.lock, poetry.lock, Pipfile.lock, and *.txt with hashes'],
  })
}
